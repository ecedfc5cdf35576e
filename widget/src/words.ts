// The window's own words. The service answers in Polish; a window in another language says so.

const pl = {
  launch: "Zapytaj w Okienku", title: "Okienko", dialog: "Rozmowa z Okienkiem", close: "Zamknij", menu: "Menu", erase: "Usuń rozmowę", copyOfData: "Pobierz moje dane", log: "Przebieg rozmowy",
  input: "Twoja wiadomość", placeholder: "Napisz, co się stało…", send: "Wyślij", you: "Ty:", bot: "Okienko:", person: "Konsultant", choices: "Odpowiedzi do wyboru",
  used: "wybrane", past: "to pytanie jest już za nami", writing: "Okienko pisze…", personWrites: "Konsultant pisze…", waiting: "Łączę się ponownie…", offline: "Nie ma połączenia z internetem. Twoje słowa poczekają.",
  lost: "Nie udało się wysłać. Wiadomość wróciła do pola, spróbuj ponownie.", gone: "Ta rozmowa została już usunięta. Zaczynam nową.", confirm: "Usunąć tę rozmowę? Nie da się tego cofnąć.",
  yesErase: "Tak, usuń", noErase: "Nie, zostaw", erased: "Rozmowa usunięta", profile: "Kim jesteś w tej sprawie?", matters: "Otwarte sprawy", noMatters: "Nie masz teraz otwartej sprawy.",
  talking: "Rozmawiasz z konsultantem", step: "krok {0} z {1}", deadline: "Termin", form: "Formularz", prepare: "Przygotuj", where: "Gdzie", late: "Gdy się spóźnisz", caution: "Uwaga:",
  calendar: "Dodaj do kalendarza", takeAlong: "Przygotuj i zabierz", whole: "Cała lista (do druku)", pdf: "PDF", plain: "Tekst", dates: "Terminy do kalendarza", number: "Numer zgłoszenia",
  code: "Kod", copy: "Kopiuj kod", copied: "Skopiowano.", promised: "Odpowiedź do", elsewhere: "Otwórz na innym urządzeniu", qr: "Kod QR do tej sprawy", options: "Do wyboru:",
  guard: "W Twojej wiadomości jest: {0}. Okienko tego nie potrzebuje.", without: "Wyślij bez tych danych", edit: "Popraw wiadomość", note: "", newTab: "otwiera się w nowej karcie", simply: "Prościej",
  ogolny: "Ogólny", platnik: "Płatnik", ubezpieczony: "Ubezpieczony", swiadczeniobiorca: "Emerytura, renta", lekarz: "Lekarz", ue: "UE",
  PESEL: "numer PESEL", NIP: "NIP", REGON: "REGON", konto: "numer konta", karta: "numer karty", "dowód": "numer dowodu", paszport: "numer paszportu", telefon: "numer telefonu", "e-mail": "adres e-mail",
};

export type Words = typeof pl;

const en: Words = {
  launch: "Ask Okienko", title: "Okienko", dialog: "Talk with Okienko", close: "Close", menu: "Menu", erase: "Delete the talk", copyOfData: "Download my data", log: "The talk so far",
  input: "Your message", placeholder: "Write what happened…", send: "Send", you: "You:", bot: "Okienko:", person: "Consultant", choices: "Answers to choose from",
  used: "chosen", past: "this question is behind us", writing: "Okienko is writing…", personWrites: "The consultant is writing…", waiting: "Connecting again…", offline: "There is no internet connection. Your words will wait.",
  lost: "It could not be sent. Your message is back in the field, please try again.", gone: "This talk has been deleted. Beginning a new one.", confirm: "Delete this talk? It cannot be undone.",
  yesErase: "Yes, delete", noErase: "No, keep it", erased: "The talk is deleted", profile: "Who are you in this matter?", matters: "Open matters", noMatters: "You have no open matter now.",
  talking: "You are talking with a consultant", step: "step {0} of {1}", deadline: "Deadline", form: "Form", prepare: "Prepare", where: "Where", late: "If you are late", caution: "Note:",
  calendar: "Add to calendar", takeAlong: "Prepare and take along", whole: "The whole list (to print)", pdf: "PDF", plain: "Text", dates: "Deadlines for a calendar", number: "Ticket number",
  code: "Code", copy: "Copy the code", copied: "Copied.", promised: "Answer by", elsewhere: "Open on another device", qr: "QR code of this matter", options: "To choose from:",
  guard: "Your message contains: {0}. Okienko does not need that.", without: "Send without it", edit: "Edit it myself", note: "Okienko understands English but answers in plain Polish.", newTab: "opens in a new tab", simply: "More simply",
  ogolny: "General", platnik: "Payer", ubezpieczony: "Insured", swiadczeniobiorca: "Pension", lekarz: "Doctor", ue: "EU",
  PESEL: "a PESEL number", NIP: "a tax number (NIP)", REGON: "a REGON number", konto: "an account number", karta: "a card number", "dowód": "an ID card number", paszport: "a passport number", telefon: "a phone number", "e-mail": "an e-mail address",
};

const uk: Words = {
  launch: "Запитати в Okienko", title: "Okienko", dialog: "Розмова з Okienko", close: "Закрити", menu: "Меню", erase: "Видалити розмову", copyOfData: "Завантажити мої дані", log: "Перебіг розмови",
  input: "Ваше повідомлення", placeholder: "Напишіть, що сталося…", send: "Надіслати", you: "Ви:", bot: "Okienko:", person: "Консультант", choices: "Відповіді на вибір",
  used: "вибрано", past: "це запитання вже позаду", writing: "Okienko пише…", personWrites: "Консультант пише…", waiting: "З’єднуюся знову…", offline: "Немає з’єднання з інтернетом. Ваші слова почекають.",
  lost: "Не вдалося надіслати. Повідомлення повернулося в поле, спробуйте ще раз.", gone: "Цю розмову вже видалено. Починаю нову.", confirm: "Видалити цю розмову? Це не можна скасувати.",
  yesErase: "Так, видалити", noErase: "Ні, залишити", erased: "Розмову видалено", profile: "Хто Ви в цій справі?", matters: "Відкриті справи", noMatters: "Зараз немає відкритої справи.",
  talking: "Ви розмовляєте з консультантом", step: "крок {0} з {1}", deadline: "Термін", form: "Формуляр", prepare: "Підготуйте", where: "Де", late: "Якщо запізнитеся", caution: "Увага:",
  calendar: "Додати до календаря", takeAlong: "Підготуйте й візьміть", whole: "Увесь список (для друку)", pdf: "PDF", plain: "Текст", dates: "Терміни до календаря", number: "Номер звернення",
  code: "Код", copy: "Копіювати код", copied: "Скопійовано.", promised: "Відповідь до", elsewhere: "Відкрити на іншому пристрої", qr: "QR-код цієї справи", options: "На вибір:",
  guard: "У Вашому повідомленні є: {0}. Okienko цього не потребує.", without: "Надіслати без цього", edit: "Виправлю", note: "Okienko розуміє українську, але відповідає простою польською.", newTab: "відкривається в новій вкладці", simply: "Простіше",
  ogolny: "Загальний", platnik: "Платник", ubezpieczony: "Застрахований", swiadczeniobiorca: "Пенсія", lekarz: "Лікар", ue: "ЄС",
  PESEL: "номер PESEL", NIP: "NIP", REGON: "REGON", konto: "номер рахунку", karta: "номер картки", "dowód": "номер посвідчення", paszport: "номер паспорта", telefon: "номер телефону", "e-mail": "адреса e-mail",
};

export const LANGUAGES: Record<string, Words> = { pl, en, uk };

export function wordsOf(language: string | null | undefined): Words {
  return LANGUAGES[(language || "pl").slice(0, 2).toLowerCase()] ?? pl;
}

export function fill(pattern: string, ...values: (string | number)[]): string {
  return pattern.replace(/\{(\d)\}/g, (_, place) => String(values[Number(place)] ?? ""));
}
