#!/bin/sh
# Writes the secrets that compose.yml reads, once: sh deploy/secrets.sh
#
#   secrets/postgres_password            the password of the database
#   secrets/placet/placet_database_url   the same password, as Placet takes it
#   secrets/placet/placet_secret_key     encrypts what Placet stores; keep a copy apart from backups
#
# Every other secret is a file beside them, named for its setting: secrets/placet/placet_slack_bot_token and so on.
# Only the owner enters the folder; the files in it are readable, so that the user inside the container can read
# what is mounted there.
set -eu

folder=${1:-secrets}
[ ! -e "$folder/postgres_password" ] || {
  echo "$folder has secrets already; nothing was written." >&2
  exit 1
}
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

umask 077
mkdir -p "$folder"
chmod 700 "$folder"
umask 022
mkdir -p "$folder/placet"
password=$(random)
printf '%s' "$password" >"$folder/postgres_password"
printf 'postgresql://placet:%s@database/placet' "$password" >"$folder/placet/placet_database_url"
random >"$folder/placet/placet_secret_key"
echo "Written to $folder. Keep a copy of $folder/placet/placet_secret_key apart from your backups."
