/* Preloaded into the program: keeps of each database file only what was synced, as a disk does whose
   power fails. After every successful sync the file is copied to FAULTS_SHADOW. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep(int fd) {
    static __thread char block[1 << 16];
    char link[64], path[4096], part[4608], kept[4608];
    const char *shadow = getenv("FAULTS_SHADOW");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!shadow || length <= 0) return;
    path[length] = 0;
    const char *name = strrchr(path, '/');
    if (!name || strncmp(name + 1, "tettpa", 6)) return;
    snprintf(part, sizeof part, "%s%s.%d.part", shadow, name, fd);
    snprintf(kept, sizeof kept, "%s%s", shadow, name);
    int copy = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (copy < 0) return;
    /* Read through the given descriptor: closing another one would drop SQLite's locks. */
    off_t at = 0;
    ssize_t got;
    while ((got = pread(fd, block, sizeof block, at)) > 0 && write(copy, block, got) == got) at += got;
    close(copy);
    rename(part, kept);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int failed = real(fd);
    if (!failed) keep(fd);
    return failed;
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int failed = real(fd);
    if (!failed) keep(fd);
    return failed;
}
