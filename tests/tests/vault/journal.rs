//! A database where programs cannot share memory: on a network's file system, or some of those that live in user space.

use std::{fs, path::PathBuf, process::Command};

use connect_tests::{Desk, one_at_a_time, org};

/// What such a file system answers.
const NO_SHARED_MEMORY: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *mmap(void *at, size_t length, int protection, int flags, int file, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "mmap");
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t read = file < 0 ? -1 : readlink(link, path, sizeof path - 1);
    if (read > 4 && (flags & MAP_SHARED) && !memcmp(path + read - 4, "-shm", 4)) {
        errno = ENODEV;
        return MAP_FAILED;
    }
    return real(at, length, protection, flags, file, offset);
}

void *mmap64(void *at, size_t length, int protection, int flags, int file, off_t offset) {
    return mmap(at, length, protection, flags, file, offset);
}
"#;

fn library(desk: &Desk) -> PathBuf {
    let (source, built) = (desk.closed_file("shared.c", NO_SHARED_MEMORY), desk.folder().join("shared.so"));
    let done = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&built).arg(source).status();
    assert!(done.expect("a C compiler is installed").success(), "built");
    built
}

/// How the database says that it keeps its journal: 1 for a rollback journal, 2 for a write-ahead log.
/// (<https://www.sqlite.org/fileformat.html>, section 1.3)
fn kind(desk: &Desk) -> u8 {
    fs::read(desk.home().join("connections.db")).unwrap()[18]
}

#[tokio::test]
async fn where_no_memory_is_shared_the_database_keeps_another_journal() {
    let _turn = one_at_a_time();
    let org = org().await;
    let mut desk = Desk::new();
    let library = library(&desk);
    assert_eq!(desk.aliases().await, [""; 0], "made on a common disk");
    assert_eq!(kind(&desk), 2, "with a log");

    desk.set("LD_PRELOAD", library.to_str().unwrap());
    assert_eq!(desk.aliases().await, [""; 0], "moved, it opens");
    assert_eq!(kind(&desk), 1, "without one");
    desk.connect(&org, "p").await;
    let at_once = (0..20).map(|_| desk.dtx(&["token", "p", "--fresh"]));
    for ended in futures_util::future::join_all(at_once).await {
        assert_eq!(ended.code, 0, "many at once: {ended:?}");
    }
    assert_eq!(kind(&desk), 1, "still");

    desk.set("LD_PRELOAD", "");
    assert_eq!(desk.aliases().await, ["p"], "moved back, everything is there");
    assert_eq!(kind(&desk), 2, "with a log again");
}
