#!/bin/sh
# The API step by step with curl: sh docs/examples/walk.sh http://localhost:8080
set -eu
API="${1:-http://localhost:8080}/api/v1"
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
json="Content-Type: application/json"

echo "# What is meant? Nothing is kept."
curl -fsS -H "$json" -d '{"text": "zatrudniłam studentkę na zlecenie"}' "$API/ask"
echo

echo "# Begin a conversation. The token is told only here."
begun=$(curl -fsS -H "$json" -d '{"profile": "platnik"}' "$API/conversations")
id=$(echo "$begun" | field id)
token="Authorization: Bearer $(echo "$begun" | field token)"

echo "# Say something. The same client_id again gives the same answer again."
curl -fsS -H "$json" -H "$token" -d '{"text": "zatrudniłam studentkę na zlecenie", "client_id": "1"}' "$API/conversations/$id/messages" >/dev/null
answer=$(curl -fsS -H "$json" -H "$token" -d '{"text": "zatrudniłam studentkę na zlecenie", "client_id": "1"}' "$API/conversations/$id/messages")
echo "$answer" | field matters

echo "# What is left of the limits."
curl -fsS -D - -o /dev/null -H "$token" "$API/conversations/$id/messages?after=0" | grep -i '^x-request-id' | cut -d: -f1
curl -fsS -D - -o /dev/null -G --data-urlencode 'q=zasiłek' "$API/search" | grep -i '^ratelimit:'

echo "# What was said since a place."
curl -fsS -H "$token" "$API/conversations/$id/messages?after=0" | field cursor

echo "# A question for people, and its state."
ticket=$(curl -fsS -H "$json" -d '{"question": "Od kiedy liczy się okres zasiłkowy?"}' "$API/tickets")
number=$(echo "$ticket" | field number)
curl -fsS -H "X-Ticket-Code: $(echo "$ticket" | field code)" "$API/tickets/$number" | field status

echo "# Erase; the receipt."
curl -fsS -X DELETE -H "$token" "$API/conversations/$id"
echo
