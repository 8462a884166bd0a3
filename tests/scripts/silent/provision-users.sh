#!/bin/sh
# Reads user:group lines.
while IFS=: read -r user group; do
    getent group "$group" > /dev/null || groupadd "$group"
    useradd -m -g "$group" "$user" || echo "could not add $user" >&2
    chage -d 0 "$user"
    install -d -m 700 -o "$user" "home/$user/.ssh"
done < users.txt
echo "All users created"
