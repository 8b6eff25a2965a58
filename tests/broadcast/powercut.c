/*
 * A SQLite VFS that passes everything to the machine's own and writes down, in order, what was written, truncated and
 * synced, so that a power cut at any moment can be replayed afterwards. Loaded into the process under test, it is the
 * default VFS of the very SQLite library that this process uses.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum { OP_WRITE = 1, OP_TRUNCATE = 2, OP_SYNC = 3, OP_MARK = 4, OP_DELETE = 5 };
enum { KIND_NONE = 0, KIND_DB = 1, KIND_WAL = 2, KIND_JOURNAL = 3 };

typedef struct {
    sqlite3_file base;
    int kind;
} File;

#define REAL(f) ((sqlite3_file *)((File *)(f) + 1))
#define CALL(f, method) (REAL(f)->pMethods->method)

static sqlite3_vfs *machine;
static sqlite3_vfs shim;
static FILE *trace;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void note(int op, int kind, sqlite3_int64 at, int size, const void *data) {
    struct {
        int op, kind;
        sqlite3_int64 at;
        int size, pad;
    } head = {op, kind, at, size, 0};
    pthread_mutex_lock(&lock);
    if (trace != NULL) { /* a connection may still close, and write, after the trace has been */
        fwrite(&head, sizeof head, 1, trace);
        if (data != NULL && size > 0) fwrite(data, 1, (size_t)size, trace);
    }
    pthread_mutex_unlock(&lock);
}

/* The n-th write or sync of the database, its log or its journal fails with a code of ours, `fail_times` times. */
static int fail_op, fail_at, fail_code, fail_times, fail_seen;

static int fault(int op, int kind) {
    int rc = SQLITE_OK;
    pthread_mutex_lock(&lock);
    if (kind && op == fail_op && ++fail_seen >= fail_at && fail_times > 0) {
        fail_times--;
        rc = fail_code;
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

void powercut_fail(int op, int at, int code, int times) {
    pthread_mutex_lock(&lock);
    fail_op = op, fail_at = at, fail_code = code, fail_times = times, fail_seen = 0;
    pthread_mutex_unlock(&lock);
}

static int f_close(sqlite3_file *f) { return CALL(f, xClose)(REAL(f)); }
static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at) { return CALL(f, xRead)(REAL(f), to, n, at); }
static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    int rc = fault(OP_WRITE, ((File *)f)->kind);
    if (rc == SQLITE_OK) rc = CALL(f, xWrite)(REAL(f), from, n, at);
    if (rc == SQLITE_OK && ((File *)f)->kind) note(OP_WRITE, ((File *)f)->kind, at, n, from);
    return rc;
}
static int f_truncate(sqlite3_file *f, sqlite3_int64 size) {
    int rc = CALL(f, xTruncate)(REAL(f), size);
    if (rc == SQLITE_OK && ((File *)f)->kind) note(OP_TRUNCATE, ((File *)f)->kind, size, 0, NULL);
    return rc;
}
static int f_sync(sqlite3_file *f, int flags) {
    (void)flags; /* the replay decides what was durable; the machine's own flush would only cost time */
    int rc = fault(OP_SYNC, ((File *)f)->kind);
    if (rc != SQLITE_OK) return rc;
    if (((File *)f)->kind) note(OP_SYNC, ((File *)f)->kind, 0, 0, NULL);
    return SQLITE_OK;
}
static int f_size(sqlite3_file *f, sqlite3_int64 *size) { return CALL(f, xFileSize)(REAL(f), size); }
static int f_lock(sqlite3_file *f, int level) { return CALL(f, xLock)(REAL(f), level); }
static int f_unlock(sqlite3_file *f, int level) { return CALL(f, xUnlock)(REAL(f), level); }
static int f_reserved(sqlite3_file *f, int *out) { return CALL(f, xCheckReservedLock)(REAL(f), out); }
static int f_control(sqlite3_file *f, int op, void *arg) { return CALL(f, xFileControl)(REAL(f), op, arg); }
static int f_sector(sqlite3_file *f) { return CALL(f, xSectorSize)(REAL(f)); }
static int f_device(sqlite3_file *f) { return CALL(f, xDeviceCharacteristics)(REAL(f)); }
static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out) {
    return CALL(f, xShmMap)(REAL(f), page, size, extend, out);
}
static int f_shm_lock(sqlite3_file *f, int at, int n, int flags) { return CALL(f, xShmLock)(REAL(f), at, n, flags); }
static void f_shm_barrier(sqlite3_file *f) { CALL(f, xShmBarrier)(REAL(f)); }
static int f_shm_unmap(sqlite3_file *f, int drop) { return CALL(f, xShmUnmap)(REAL(f), drop); }

static const sqlite3_io_methods methods = {
    2,          f_close,    f_read,     f_write,  f_truncate, f_sync,   f_size,     f_lock,
    f_unlock,   f_reserved, f_control,  f_sector, f_device,   f_shm_map, f_shm_lock, f_shm_barrier,
    f_shm_unmap, NULL,      NULL,
};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out) {
    (void)vfs;
    memset(f, 0, sizeof(File));
    int rc = machine->xOpen(machine, name, REAL(f), flags, out);
    if (REAL(f)->pMethods != NULL) f->pMethods = &methods;
    if (flags & SQLITE_OPEN_MAIN_DB) ((File *)f)->kind = KIND_DB;
    if (flags & SQLITE_OPEN_WAL) ((File *)f)->kind = KIND_WAL;
    if (flags & SQLITE_OPEN_MAIN_JOURNAL) ((File *)f)->kind = KIND_JOURNAL;
    return rc;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs;
    size_t n = strlen(name);
    int kind = n > 4 && !strcmp(name + n - 4, "-wal")       ? KIND_WAL
               : n > 8 && !strcmp(name + n - 8, "-journal") ? KIND_JOURNAL
                                                            : KIND_NONE;
    int rc = machine->xDelete(machine, name, sync);
    if (rc == SQLITE_OK && kind) note(OP_DELETE, kind, 0, 0, NULL);
    return rc;
}

/* Becomes the default VFS; returns the version of the library it was registered in. */
const char *powercut_install(const char *path) {
    trace = fopen(path, "wb");
    machine = sqlite3_vfs_find(NULL);
    if (trace == NULL || machine == NULL) return NULL;
    shim = *machine;
    shim.zName = "powercut";
    shim.szOsFile = (int)sizeof(File) + machine->szOsFile;
    shim.xOpen = v_open;
    shim.xDelete = v_delete;
    shim.pNext = NULL;
    if (sqlite3_vfs_register(&shim, 1) != SQLITE_OK) return NULL;
    return sqlite3_libversion();
}

void powercut_mark(int n) { note(OP_MARK, 0, n, 0, NULL); }
void powercut_close(void) {
    pthread_mutex_lock(&lock);
    fclose(trace);
    trace = NULL;
    pthread_mutex_unlock(&lock);
}
