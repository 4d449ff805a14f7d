#!/bin/sh
# A login by hand, from a terminal, with curl and openssl: what a host's backend says to the login service.
#   sh login.sh begin               the address to open in WeChat; state and verifier are kept in ./login-session
#   sh login.sh login ADDRESS       login_url as the browser was led to it: who logged in
#   sh login.sh look ADDRESS        bind_url as the browser was led to it: whose WeChat it is
#   sh login.sh bind ADDRESS USER   says which user of yours that is
set -eu

: "${LOGIN_SERVICE_URL:=http://127.0.0.1:8081}" "${ENT_ID:=acme}" "${API_KEY:?the API key of $ENT_ID}"

random() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }
# A parameter of the address that the browser was led to.
parameter() { printf '%s' "$address" | sed -n "s/.*[?&]$1=\([^&#]*\).*/\1/p"; }

# The answer; one that refuses begins with "error" and is a failure.
ask() {
  # Asked once more after a 503 or no answer: the same key gets the same answer, should the first have been lost.
  answer=$(mktemp)
  printf 'user = "%s:%s"' "$ENT_ID" "$API_KEY" | curl --config - --silent --show-error --output "$answer" \
    --max-time 5 --retry 1 --retry-all-errors \
    --header "Idempotency-Key: $(random)" --header 'Content-Type: application/json' \
    --data "$2" "$LOGIN_SERVICE_URL$1"
  told=$(cat "$answer" && rm "$answer")
  printf '%s\n' "$told"
  case $told in '{"error"'*) return 1 ;; esac
}

begin() {
  state=$(random) verifier=$(random)
  challenge=$(printf '%s' "$verifier" | openssl dgst -sha256 -binary | openssl base64 | tr '+/' '-_' | tr -d '=')
  (umask 077 && printf '%s %s\n' "$state" "$verifier" > login-session)
  echo "$LOGIN_SERVICE_URL/wechatTransfer?ent_id=$ENT_ID&state=$state&code_challenge=$challenge&code_challenge_method=S256"
}

# The login that was begun here: an address that somebody else sent has another state, or none.
compare() {
  read -r state verifier < login-session
  [ "$(parameter state)" = "$state" ] || { echo 'This is not the login that was begun here.' >&2; exit 1; }
}

command=${1:-} address=${2:-}
case $command in
  begin) begin ;;
  login) compare; ask /v1/tickets/redeem "{\"ticket\":\"$(parameter ticket)\",\"code_verifier\":\"$verifier\"}" ;;
  look) compare; ask /v1/bind-tickets/look "{\"bind_ticket\":\"$(parameter bind_ticket)\"}" ;;
  bind)
    compare
    case ${3:?which user} in *[!A-Za-z0-9_.@-]*) echo 'That user must be quoted as JSON first.' >&2; exit 1 ;; esac
    ask /v1/bindings "{\"bind_ticket\":\"$(parameter bind_ticket)\",\"user_id\":\"$3\",\"code_verifier\":\"$verifier\"}"
    ;;
  *) sed -n '2,6s/^# *//p' "$0" ;;
esac
