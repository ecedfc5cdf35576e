// nlp.js with its Polish package: "peer.js train|serve FOLDER" (see benchmarks/nlu.py and benchmarks/peers/common.py).
const fs = require('fs');
const path = require('path');
const { containerBootstrap } = require('@nlpjs/core');
const { Nlp } = require('@nlpjs/nlp');
const { LangPl } = require('@nlpjs/lang-pl');

const WARM = 20;

async function open() {
  const container = await containerBootstrap();
  container.use(Nlp);
  container.use(LangPl);
  const nlp = container.get('nlp');
  nlp.settings.autoSave = false;
  nlp.addLanguage('pl');
  return nlp;
}

async function train(folder) {
  const nlp = await open();
  for (const [intent, text] of JSON.parse(fs.readFileSync(path.join(folder, 'train.json'), 'utf-8'))) nlp.addDocument('pl', text, intent);
  await nlp.train();
  fs.writeFileSync(path.join(folder, 'model.nlp'), nlp.export(false));
}

async function serve(folder) {
  const nlp = await open();
  nlp.import(fs.readFileSync(path.join(folder, 'model.nlp'), 'utf-8'));
  const texts = JSON.parse(fs.readFileSync(path.join(folder, 'test.json'), 'utf-8'));
  for (const text of texts.slice(0, WARM)) await nlp.process('pl', text);
  const answers = [];
  for (const text of texts) {
    const started = process.hrtime.bigint();
    const found = await nlp.process('pl', text);
    const ms = Number(process.hrtime.bigint() - started) / 1e6;
    const best = found.intent === 'None' ? 'unclear' : found.intent;
    const rest = (found.classifications || []).map((item) => item.intent).filter((name) => name !== 'None' && name !== best);
    answers.push({ ranking: [best, ...rest].slice(0, 10), ms });
  }
  fs.writeFileSync(path.join(folder, 'answers.json'), JSON.stringify({ memory: process.resourceUsage().maxRSS / 1024, answers }));
}

({ train, serve })[process.argv[2]](process.argv[3]);
