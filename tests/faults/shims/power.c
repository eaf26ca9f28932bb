/* Notes what each write to a file replaced, and which writes were synced, so that a test can take back what a power cut
 * would have taken: everything that no fsync had confirmed. Preloaded into PostgreSQL.
 *
 * The journal is at AFFIX_POWER_JOURNAL. A record is a head and, of writes, the bytes that were there before. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITTEN = 1, SYNCED = 2 };

struct head {
    uint64_t kind, inode;
    uint64_t place; /* of a write: the offset in the file; of a sync: the end of the journal when it began */
    uint64_t size;  /* of the file before the write */
    uint64_t count; /* bytes that follow */
};

static int journal = -1;

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

static int is_noted(int fd, struct stat *about) {
    if (fd <= 2 || fd == journal || fstat(fd, about) || !S_ISREG(about->st_mode)) return 0;
    if (journal < 0) {
        const char *path = getenv("AFFIX_POWER_JOURNAL");
        if (!path) return 0;
        int opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        journal = opened < 0 ? opened : fcntl(opened, F_DUPFD_CLOEXEC, 500); /* not among those that PostgreSQL counts */
        if (opened >= 0) close(opened);
    }
    return journal >= 0;
}

static uint64_t end_of_journal(void) {
    struct stat about;
    return fstat(journal, &about) ? 0 : (uint64_t)about.st_size;
}

static void note(struct head head, void *bytes) {
    struct iovec parts[] = {{&head, sizeof head}, {bytes, head.count}};
    ssize_t (*all)(int, const struct iovec *, int) = next("writev");
    if (all(journal, parts, 2) < 0) abort();
}

/* What is at that place now. To be noted after the write: a write that a sync may have missed counts as missed. */
static void *before(int fd, size_t count, off_t place, size_t *there) {
    void *bytes = malloc(count ? count : 1);
    ssize_t found = bytes ? pread(fd, bytes, count, place) : -1;
    *there = found > 0 ? (size_t)found : 0;
    return bytes;
}

static ssize_t noted(int fd, const struct iovec *parts, int how_many, off_t place) {
    ssize_t (*write_at)(int, const struct iovec *, int, off_t) = next("pwritev");
    struct stat about;
    if (!is_noted(fd, &about)) return write_at(fd, parts, how_many, place);
    size_t count = 0, there;
    for (int i = 0; i < how_many; i++) count += parts[i].iov_len;
    void *bytes = before(fd, count, place, &there);
    ssize_t written = write_at(fd, parts, how_many, place);
    if (written > 0) note((struct head){WRITTEN, about.st_ino, place, about.st_size, there}, bytes);
    free(bytes);
    return written;
}

ssize_t pwritev(int fd, const struct iovec *parts, int how_many, off_t place) {
    return noted(fd, parts, how_many, place);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t place) {
    struct iovec one = {(void *)bytes, count};
    return noted(fd, &one, 1, place);
}

ssize_t write(int fd, const void *bytes, size_t count) {
    ssize_t (*write_on)(int, const void *, size_t) = next("write");
    struct stat about;
    off_t place;
    if (!is_noted(fd, &about) || (place = lseek(fd, 0, SEEK_CUR)) < 0) return write_on(fd, bytes, count);
    size_t there;
    void *old = before(fd, count, place, &there);
    ssize_t written = write_on(fd, bytes, count);
    if (written > 0) note((struct head){WRITTEN, about.st_ino, place, about.st_size, there}, old);
    free(old);
    return written;
}

static int synced(int fd, const char *how) {
    int (*sync)(int) = next(how);
    struct stat about;
    if (!is_noted(fd, &about)) return sync(fd);
    uint64_t begun = end_of_journal();
    int failed = sync(fd);
    if (!failed) note((struct head){SYNCED, about.st_ino, begun, 0, 0}, 0);
    return failed;
}

int fsync(int fd) { return synced(fd, "fsync"); }

int fdatasync(int fd) { return synced(fd, "fdatasync"); }

/* A file that is gone has nothing to lose, and its number may be another one's next. */
static void forget(const char *path) {
    struct stat about, any;
    if (stat(path, &about) || !S_ISREG(about.st_mode) || about.st_nlink > 1) return;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (is_noted(fd, &any)) note((struct head){SYNCED, about.st_ino, end_of_journal(), 0, 0}, 0);
    close(fd);
}

int unlink(const char *path) {
    int (*take_away)(const char *) = next("unlink");
    forget(path);
    return take_away(path);
}

int rename(const char *from, const char *to) {
    int (*move)(const char *, const char *) = next("rename");
    forget(to);
    return move(from, to);
}

int ftruncate(int fd, off_t size) {
    int (*cut)(int, off_t) = next("ftruncate");
    struct stat about;
    if (!is_noted(fd, &about) || about.st_size <= size) return cut(fd, size);
    size_t there;
    void *bytes = before(fd, about.st_size - size, size, &there);
    int failed = cut(fd, size);
    if (!failed) note((struct head){WRITTEN, about.st_ino, size, about.st_size, there}, bytes);
    free(bytes);
    return failed;
}

ssize_t pwrite64(int, const void *, size_t, off_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off_t) __attribute__((alias("pwritev")));
int ftruncate64(int, off_t) __attribute__((alias("ftruncate")));
