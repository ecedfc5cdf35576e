"""The client's checklist on paper: plain text, PDF, calendar and QR code; takes plain replies, knows nothing else of ours."""
