/* Counts the file operations below one folder, and lets one of them fail, tear or kill the program.

Preloaded (LD_PRELOAD) it sees what Python, NumPy and Rust ask of the C library alike. It sleeps
until `endurance_arm` is called or ENDURANCE_PREFIX is set. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CHANGE = 1, READ = 2, LOOK = 4 };            /* kinds of operations, as a mask */
enum { WATCH = 0, KILL = 1, FAIL = 2, TEAR_FAIL = 3, TEAR_KILL = 4 };

static char prefix[PATH_MAX];
static size_t prefix_length;
static long first, seen;
static int armed, mask, action, failing, times, trace = -1;

void endurance_arm(const char *folder, int kinds, long number, int what, int error, int repeated,
                   int trace_to)
{
    strncpy(prefix, folder, sizeof prefix - 1);
    prefix_length = strlen(prefix);
    mask = kinds, first = number, action = what, failing = error, times = repeated;
    trace = trace_to, seen = 0;
    __sync_synchronize();
    armed = 1;
}

long endurance_seen(void) { return seen; }

__attribute__((constructor)) static void arm_by_environment(void)
{
    const char *folder = getenv("ENDURANCE_PREFIX");
    if (folder)
        endurance_arm(folder, atoi(getenv("ENDURANCE_MASK")), atol(getenv("ENDURANCE_NUMBER")),
                      atoi(getenv("ENDURANCE_ACTION")), atoi(getenv("ENDURANCE_ERRNO")),
                      atoi(getenv("ENDURANCE_TIMES")), -1);
}

static int is_below(const char *path)
{
    return !strncmp(path, prefix, prefix_length)
        && (path[prefix_length] == '/' || path[prefix_length] == 0);
}

static const char *place_of(int fd, char *buffer)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = syscall(SYS_readlinkat, AT_FDCWD, link, buffer, PATH_MAX - 1);
    if (length < 0) return "";
    buffer[length] = 0;
    return buffer;
}

/* The whole path of a name below an open folder (or the current one). */
static const char *path_of(int folder, const char *name, char *buffer)
{
    if (!name) return "";
    if (name[0] == '/') return name;
    if (folder == AT_FDCWD) {
        if (syscall(SYS_getcwd, buffer, PATH_MAX) < 0) return "";
    } else if (!place_of(folder, buffer)[0]) return "";
    size_t length = strlen(buffer);
    if (length + strlen(name) + 2 > PATH_MAX) return "";
    snprintf(buffer + length, PATH_MAX - length, "/%s", name);
    return buffer;
}

static void say(const char *name, const char *path)
{
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %s\n", name, path);
    syscall(SYS_write, trace, line, (size_t)length);
}

/* Whether the operation is to do something else than it was asked. */
static int is_hit(int kind, const char *name, const char *path)
{
    if (!armed || !(kind & mask) || !is_below(path)) return 0;
    long number = __sync_add_and_fetch(&seen, 1);
    if (trace >= 0 && action == WATCH) say(name, path);
    if (action == WATCH || number < first || number >= first + times) return 0;
    if (trace >= 0) say(name, path);
    if (action == KILL) syscall(SYS_kill, getpid(), SIGKILL);
    errno = failing;
    return 1;
}

static int is_hit_at(int kind, const char *name, int folder, const char *path)
{
    char buffer[PATH_MAX];
    return armed && is_hit(kind, name, path_of(folder, path, buffer));
}

static int is_hit_in(int kind, const char *name, int fd)
{
    char buffer[PATH_MAX];
    return armed && fd > 2 && is_hit(kind, name, place_of(fd, buffer));
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define CHANGES(flags) (((flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) ? CHANGE : READ)

#define OPEN(name) \
int name(const char *path, int flags, ...) \
{ \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); } \
    if (is_hit_at(CHANGES(flags), CHANGES(flags) == CHANGE ? "create" : "open", AT_FDCWD, path)) return -1; \
    return real(path, flags, mode); \
}
#define OPENAT(name) \
int name(int folder, const char *path, int flags, ...) \
{ \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | __O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, int); va_end(a); } \
    if (is_hit_at(CHANGES(flags), CHANGES(flags) == CHANGE ? "create" : "open", folder, path)) return -1; \
    return real(folder, path, flags, mode); \
}
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)

/* A write that tears does half of its work first. */
static int is_torn(void) { return action == TEAR_FAIL || action == TEAR_KILL; }
static void after_tearing(void) { if (action == TEAR_KILL) syscall(SYS_kill, getpid(), SIGKILL); }

ssize_t write(int fd, const void *bytes, size_t count)
{
    REAL(write);
    if (!is_hit_in(CHANGE, "write", fd)) return real(fd, bytes, count);
    if (!is_torn()) return -1;
    ssize_t done = real(fd, bytes, count / 2);
    after_tearing();
    if (done > 0) { first = seen + 1; action = FAIL; return done; }  /* the rest fails */
    errno = failing;
    return -1;
}

#define PWRITE(name) \
ssize_t name(int fd, const void *bytes, size_t count, off_t place) \
{ REAL(name); return is_hit_in(CHANGE, "write", fd) ? -1 : real(fd, bytes, count, place); }
PWRITE(pwrite) PWRITE(pwrite64)
ssize_t writev(int fd, const struct iovec *parts, int count)
{ REAL(writev); return is_hit_in(CHANGE, "write", fd) ? -1 : real(fd, parts, count); }
ssize_t sendfile(int to, int from, off_t *place, size_t count)
{ REAL(sendfile); return is_hit_in(CHANGE, "write", to) ? -1 : real(to, from, place, count); }
ssize_t sendfile64(int to, int from, off_t *place, size_t count)
{ REAL(sendfile64); return is_hit_in(CHANGE, "write", to) ? -1 : real(to, from, place, count); }
ssize_t copy_file_range(int from, off_t *a, int to, off_t *b, size_t count, unsigned flags)
{ REAL(copy_file_range); return is_hit_in(CHANGE, "write", to) ? -1 : real(from, a, to, b, count, flags); }
ssize_t read(int fd, void *bytes, size_t count)
{ REAL(read); return is_hit_in(READ, "read", fd) ? -1 : real(fd, bytes, count); }
#define PREAD(name) \
ssize_t name(int fd, void *bytes, size_t count, off_t place) \
{ REAL(name); return is_hit_in(READ, "read", fd) ? -1 : real(fd, bytes, count, place); }
PREAD(pread) PREAD(pread64)
#define MMAP(name) \
void *name(void *at, size_t length, int access, int flags, int fd, off_t place) \
{ \
    REAL(name); \
    if (fd > 2 && is_hit_in(READ, "mmap", fd)) return MAP_FAILED; \
    return real(at, length, access, flags, fd, place); \
}
MMAP(mmap) MMAP(mmap64)

#define ON_FD(name, word, parameters, ...) \
int name parameters \
{ REAL(name); return is_hit_in(CHANGE, word, fd) ? -1 : real(__VA_ARGS__); }
ON_FD(fsync, "fsync", (int fd), fd)
ON_FD(fdatasync, "fsync", (int fd), fd)
ON_FD(ftruncate, "truncate", (int fd, off_t size), fd, size)
ON_FD(ftruncate64, "truncate", (int fd, off_t size), fd, size)
ON_FD(fchmod, "chmod", (int fd, mode_t mode), fd, mode)

#define ON_PATH(kind, name, word, folder, path, parameters, ...) \
int name parameters \
{ REAL(name); return is_hit_at(kind, word, folder, path) ? -1 : real(__VA_ARGS__); }
ON_PATH(CHANGE, rename, "rename", AT_FDCWD, to, (const char *from, const char *to), from, to)
ON_PATH(CHANGE, renameat, "rename", b, to, (int a, const char *from, int b, const char *to), a, from, b, to)
ON_PATH(CHANGE, renameat2, "rename", b, to, (int a, const char *from, int b, const char *to, unsigned f), a, from, b, to, f)
ON_PATH(CHANGE, unlink, "unlink", AT_FDCWD, path, (const char *path), path)
ON_PATH(CHANGE, unlinkat, "unlink", a, path, (int a, const char *path, int flags), a, path, flags)
ON_PATH(CHANGE, rmdir, "rmdir", AT_FDCWD, path, (const char *path), path)
ON_PATH(CHANGE, mkdir, "mkdir", AT_FDCWD, path, (const char *path, mode_t mode), path, mode)
ON_PATH(CHANGE, mkdirat, "mkdir", a, path, (int a, const char *path, mode_t mode), a, path, mode)
ON_PATH(CHANGE, link, "link", AT_FDCWD, to, (const char *from, const char *to), from, to)
ON_PATH(CHANGE, linkat, "link", b, to, (int a, const char *from, int b, const char *to, int f), a, from, b, to, f)
ON_PATH(CHANGE, symlink, "link", AT_FDCWD, to, (const char *from, const char *to), from, to)
ON_PATH(CHANGE, truncate, "truncate", AT_FDCWD, path, (const char *path, off_t size), path, size)
ON_PATH(CHANGE, chmod, "chmod", AT_FDCWD, path, (const char *path, mode_t mode), path, mode)
ON_PATH(LOOK, stat, "stat", AT_FDCWD, path, (const char *path, struct stat *s), path, s)
ON_PATH(LOOK, lstat, "stat", AT_FDCWD, path, (const char *path, struct stat *s), path, s)
ON_PATH(LOOK, stat64, "stat", AT_FDCWD, path, (const char *path, struct stat64 *s), path, s)
ON_PATH(LOOK, lstat64, "stat", AT_FDCWD, path, (const char *path, struct stat64 *s), path, s)
ON_PATH(LOOK, fstatat, "stat", a, path, (int a, const char *path, struct stat *s, int f), a, path, s, f)
ON_PATH(LOOK, fstatat64, "stat", a, path, (int a, const char *path, struct stat64 *s, int f), a, path, s, f)
ON_PATH(LOOK, access, "access", AT_FDCWD, path, (const char *path, int mode), path, mode)

DIR *opendir(const char *path)
{ REAL(opendir); return is_hit_at(LOOK, "list", AT_FDCWD, path) ? NULL : real(path); }
DIR *fdopendir(int fd)
{ REAL(fdopendir); return is_hit_in(LOOK, "list", fd) ? NULL : real(fd); }
