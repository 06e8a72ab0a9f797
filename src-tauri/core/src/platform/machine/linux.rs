//! Linux: the names that system and kernel have for this computer, and the kinds of file systems.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

/// Kinds of file systems by `statfs(2)`: on NFS, SMB, AFS, Ceph, Lustre, GFS2, OCFS2, GPFS, `BeeGFS`, 9P, FUSE (`sshfs`,
/// `virtiofs`), `VirtualBox`'s and Parallels' shared folders.
const SHARED: [u32; 18] = [
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x6b41_4653,
    0x00c3_6400,
    0x0bd0_0bd0,
    0x0116_1970,
    0x7461_636f,
    0x4750_4653,
    0x1983_0326,
    0x0102_1997,
    0x6573_5546,
    0x786f_4256,
    0x7c7c_6673,
    0x7375_7245,
    0x564c,
];

/// ext2 to ext4, XFS, Btrfs, F2FS, ZFS and bcachefs number a file once. Others do so anew whenever they are mounted.
const NUMBERED: [u32; 6] = [0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e];

pub(super) fn name() -> Option<String> {
    word("/proc/sys/kernel/hostname")
}

/// (<https://www.freedesktop.org/software/systemd/man/latest/os-release.html>)
pub(super) fn system() -> Option<String> {
    let release = fs::read_to_string("/etc/os-release").ok().unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let name = name.map(|name| name.trim_matches(['"', '\'']).to_owned());
    let kernel = word("/proc/sys/kernel/osrelease").map(|kernel| format!("Linux {kernel}"));
    match (name, kernel) {
        (Some(name), Some(kernel)) => Some(format!("{name} ({kernel})")),
        (name, kernel) => name.or(kernel),
    }
}

/// (<https://www.freedesktop.org/software/systemd/man/latest/machine-id.html>) Empty in the images of containers.
pub(super) fn id() -> Option<String> {
    let id = word("/etc/machine-id").or_else(|| word("/var/lib/dbus/machine-id"))?;
    (id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(id)
}

pub(super) fn is_shared(folder: &Path) -> bool {
    kind_of(folder).is_some_and(|kind| SHARED.contains(&kind))
}

pub(super) fn file_number(file: &Path) -> Option<u64> {
    kind_of(file).filter(|kind| NUMBERED.contains(kind))?;
    Some(fs::metadata(file).ok()?.ino())
}

/// The lower half is what identifies it; the rest is the sign of a number that some processors widen.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the lower half is the number")]
fn kind_of(path: &Path) -> Option<u32> {
    Some(rustix::fs::statfs(path).ok()?.f_type as u32)
}

fn word(file: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let text = text.trim();
    (!text.is_empty() && !text.contains(char::is_control)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_its_copy_have_numbers_of_their_own() {
        let temp = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let [file, copy, moved] = ["file", "copy", "moved"].map(|name| temp.path().join(name));
        crate::platform::private::replace(&file, b"one").unwrap();
        fs::copy(&file, &copy).unwrap();
        let number = file_number(&file);
        if number.is_none() {
            eprintln!("this file system numbers nothing for good: not looked at");
            return;
        }
        assert_ne!(file_number(&copy), number, "a copy is another file");
        fs::rename(&file, &moved).unwrap();
        assert_eq!(file_number(&moved), number, "one that was moved is the same");
    }

    #[test]
    fn a_file_system_in_memory_is_not_shared_and_numbers_nothing_for_good() {
        for folder in ["/proc", "/sys"] {
            let folder = Path::new(folder);
            assert!(!is_shared(folder) && file_number(folder).is_none(), "{}", folder.display());
        }
        assert!(!is_shared(Path::new("/nonexistent")), "nothing is known of what is not there");
    }
}
