#!/bin/sh
# Checks a receipt before acting, without asking Placet and without trusting the agent: curl, jq and OpenSSL 3.
#
# sh examples/verify_receipt.sh https://placet.example.com RECEIPT refund.issue '{"amount":"240.00","order":"4892"}'
#
# The arguments are given as canonical JSON (RFC 8785), as they are about to run.
set -eu
address=$1 receipt=$2 action=$3 arguments=$4
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
no() { echo "Do not act: $1" >&2; exit 1; }
decoded() { # base64url without padding
  printf '%s' "$1" | tr -- '-_' '+/' | awk '{ while (length($0) % 4) $0 = $0 "="; print }' | openssl base64 -d -A
}

case $receipt in *.*.*.*) no "This is no receipt." ;; *.*.*) ;; *) no "This is no receipt." ;; esac
signed=${receipt%.*}
decoded "${signed%%.*}" > "$work/header" && decoded "${signed#*.}" > "$work/claims"
decoded "${receipt##*.}" > "$work/signature"
jq -e '.typ == "placet-receipt+jwt" and .alg == "EdDSA" and (has("crit") | not)' "$work/header" > "$work/fits" ||
  no "This is another kind of token."

curl -sSf "$address/.well-known/jwks.json" > "$work/keys"
x=$(jq -er --slurpfile header "$work/header" \
  '.keys[] | select(.kid == $header[0].kid and .crv == "Ed25519") | .x' "$work/keys") ||
  no "This was signed with a key that Placet does not publish."
# the fixed beginning of an Ed25519 key (RFC 8410), and its 32 bytes
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; decoded "$x"; } > "$work/key"
printf '%s' "$signed" > "$work/signed"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/signed" -sigfile "$work/signature" \
  > "$work/verdict" 2>&1 || no "The signature is wrong."

digest=sha256:$(printf '{"arguments":%s,"name":"%s"}' "$arguments" "$action" | openssl dgst -sha256 -r | cut -d ' ' -f 1)
jq -er --arg issuer "$address" --arg digest "$digest" '
  if .iss != $issuer then "Another Placet signed this.\n" | halt_error
  elif .status != "approved" then "This was \(.status).\n" | halt_error
  elif .digest != $digest then "This is not an approval of what is about to run.\n" | halt_error
  elif .exp and .exp <= now then "The approval has expired.\n" | halt_error
  else "\(.deciders | join(" and ") | if . == "" then "A rule" else . end) approved \(.action) at \(.decided_at)." end
' "$work/claims" || no "The receipt says something else."
