#!/bin/sh
# own-daemon.sh DEBIAN PROJECT: Docker of the folder DEBIAN, which sees PROJECT at its own place. In namespaces made for it.
set -eu
debian=$1 project=$2

exec 9> "$debian.lock"
flock --nonblock 9 || { echo 'another run is under way'; exit 1; }
# What was left by a run that was killed would start again; images stay.
rm -rf "$debian/var/lib/docker/containers" "$debian/var/lib/docker/network" "$debian/var/lib/docker/volumes"

mount --make-rprivate /
mount --bind "$debian" "$debian"
cd "$debian"
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
cp /etc/resolv.conf etc/resolv.conf
cp /etc/ssl/certs/ca-certificates.crt etc/ssl/certs/ca-certificates.crt
mkdir -p ".$project"
mount --bind "$project" ".$project"

# Not a chroot: what is started in a container later (a health check) finds its root by the mounts alone.
pivot_root . mnt
exec chroot . sh -c 'umount --lazy /mnt
exec dockerd --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --bridge=none'
