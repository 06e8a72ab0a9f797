//! Files and folders: who is let in, where they are, and which one a name leads to.

use std::{
    ffi::c_void,
    fs::{File, OpenOptions},
    io,
    os::windows::{fs::OpenOptionsExt as _, io::AsRawHandle as _},
    path::Path,
    ptr,
};

use windows_sys::Win32::{
    Foundation::{ERROR_IO_PENDING, ERROR_LOCK_VIOLATION},
    Security::{
        ACCESS_ALLOWED_ACE, ACE_HEADER, ACL, ACL_SIZE_INFORMATION, AclSizeInformation,
        Authorization::{
            ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo, SDDL_REVISION_1,
            SE_FILE_OBJECT, SetNamedSecurityInfoW,
        },
        DACL_SECURITY_INFORMATION, GetAce, GetAclInformation, GetSecurityDescriptorDacl,
        OWNER_SECURITY_INFORMATION, PROTECTED_DACL_SECURITY_INFORMATION, SECURITY_ATTRIBUTES,
        SetFileSecurityW,
    },
    Storage::FileSystem::{
        BY_HANDLE_FILE_INFORMATION, CreateDirectoryW, FILE_FLAG_BACKUP_SEMANTICS,
        FILE_FLAG_OPEN_REPARSE_POINT, FILE_STANDARD_INFO, FILE_TYPE_DISK, FileStandardInfo,
        GetDiskFreeSpaceExW, GetDriveTypeW, GetFileInformationByHandle, GetFileInformationByHandleEx,
        GetFileType, GetVolumeInformationW, GetVolumePathNameW, LOCKFILE_EXCLUSIVE_LOCK,
        LOCKFILE_FAIL_IMMEDIATELY, LockFileEx, READ_CONTROL, UnlockFileEx,
    },
    System::IO::{OVERLAPPED, OVERLAPPED_0_0},
};

use crate::{
    identity::{Local, text_of},
    text::{narrow, wide, wide_path},
};

/// Whose something is, and whom its access list lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub owner: String,
    /// Everybody without a list. One whose line is of a kind that is not known here stands for everybody too.
    pub admitted: Option<Vec<String>>,
}

/// Everybody, by SID.
pub const EVERYONE: &str = "S-1-1-0";

const ALLOWED: u8 = 0;
const ALLOWED_ON_CONDITION: u8 = 9;
const DENIED: [u8; 2] = [1, 10];
const REMOTE: u32 = 4;

/// The access list of a file or folder, or of the link itself where it is one.
pub fn access(path: &Path) -> io::Result<Access> {
    let file = open(path, READ_CONTROL)?;
    let (mut owner, mut list, mut whole) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: the handle is open; what comes points into what is given back by `Local`.
    let error = unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            &raw mut owner,
            ptr::null_mut(),
            &raw mut list,
            ptr::null_mut(),
            &raw mut whole,
        )
    };
    told(error)?;
    let _whole = Local(whole);
    // SAFETY: it points into what was just told.
    let owner = unsafe { text_of(owner) }?;
    // SAFETY: so does the list, where there is one.
    let admitted = if list.is_null() { None } else { Some(unsafe { admitted(list) }?) };
    Ok(Access { owner, admitted })
}

/// Those that a line of the list lets in.
///
/// # Safety
/// The list is whole.
unsafe fn admitted(list: *const ACL) -> io::Result<Vec<String>> {
    let mut size = ACL_SIZE_INFORMATION::default();
    let room = u32::try_from(size_of::<ACL_SIZE_INFORMATION>()).map_err(io::Error::other)?;
    // SAFETY: the list is whole, and the place has this room.
    done(unsafe { GetAclInformation(list, (&raw mut size).cast(), room, AclSizeInformation) })?;
    let mut admitted = Vec::new();
    for index in 0..size.AceCount {
        let mut line: *mut c_void = ptr::null_mut();
        // SAFETY: the list has such a line.
        done(unsafe { GetAce(list, index, &raw mut line) })?;
        // SAFETY: every line begins so.
        let kind = unsafe { line.cast::<ACE_HEADER>().read() }.AceType;
        if DENIED.contains(&kind) {
            continue;
        }
        if ![ALLOWED, ALLOWED_ON_CONDITION].contains(&kind) {
            admitted.push(EVERYONE.to_owned());
            continue;
        }
        let line = line.cast::<ACCESS_ALLOWED_ACE>();
        // SAFETY: a line of these kinds goes on so.
        let rights = unsafe { line.read() }.Mask;
        // SAFETY: and its SID begins at this field.
        let sid = unsafe { &raw mut (*line).SidStart };
        if rights != 0 {
            // SAFETY: it is whole, as the list is.
            admitted.push(unsafe { text_of(sid.cast()) }?);
        }
    }
    Ok(admitted)
}

/// Makes a folder that lets in these users alone, from the start.
pub fn create_folder(path: &Path, users: &[&str]) -> io::Result<()> {
    let (path, list) = (wide_path(path), Descriptor::of(users, true)?);
    let attributes = SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).map_err(io::Error::other)?,
        lpSecurityDescriptor: list.0.0,
        bInheritHandle: 0,
    };
    // SAFETY: the path ends with a zero, and the list is whole until after the call.
    done(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) })
}

/// Lets in these users alone; what is inherited from the folder above no longer counts.
pub fn close(path: &Path, is_folder: bool, users: &[&str]) -> io::Result<()> {
    let (path, descriptor) = (wide_path(path), Descriptor::of(users, is_folder)?);
    let (mut is_there, mut list, mut is_default) = (0, ptr::null_mut(), 0);
    // SAFETY: the descriptor is whole, and outlives the list, which is a part of it.
    done(unsafe {
        GetSecurityDescriptorDacl(descriptor.0.0, &raw mut is_there, &raw mut list, &raw mut is_default)
    })?;
    // SAFETY: the path ends with a zero, the list is whole.
    told(unsafe {
        SetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION,
            ptr::null_mut(),
            ptr::null_mut(),
            list,
            ptr::null(),
        )
    })
}

/// As [`close`], of this one alone, and not of what is in it: Wine takes on what is above whatever [`close`] says.
pub fn close_alone(path: &Path, is_folder: bool, users: &[&str]) -> io::Result<()> {
    let (path, descriptor) = (wide_path(path), Descriptor::of(users, is_folder)?);
    // SAFETY: the path ends with a zero, the descriptor is whole.
    done(unsafe { SetFileSecurityW(path.as_ptr(), DACL_SECURITY_INFORMATION, descriptor.0.0) })
}

struct Descriptor(Local);

impl Descriptor {
    /// All rights for these users, also to what is made in the folder; nobody else, and nothing from above.
    fn of(users: &[&str], is_folder: bool) -> io::Result<Self> {
        let inherited = if is_folder { "OICI" } else { "" };
        let lines: Vec<String> = users.iter().map(|sid| format!("(A;{inherited};FA;;;{sid})")).collect();
        let (text, mut made) = (wide(format!("D:P{}", lines.concat())), ptr::null_mut());
        // SAFETY: the text ends with a zero; what comes is given back by `Local`.
        let read = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                text.as_ptr(),
                SDDL_REVISION_1,
                &raw mut made,
                ptr::null_mut(),
            )
        };
        done(read).map(|()| Self(Local(made)))
    }
}

/// The bytes that this user may still write to the disk of this folder.
pub fn room(folder: &Path) -> io::Result<u64> {
    let (folder, mut free) = (wide_path(folder), 0);
    // SAFETY: the path ends with a zero; the other two numbers are not wanted.
    done(unsafe { GetDiskFreeSpaceExW(folder.as_ptr(), &raw mut free, ptr::null_mut(), ptr::null_mut()) })?;
    Ok(free)
}

/// Whether it is on another computer's disk.
pub fn is_remote(path: &Path) -> io::Result<bool> {
    let volume = volume_of(path)?;
    // SAFETY: the name ends with a zero.
    Ok(unsafe { GetDriveTypeW(volume.as_ptr()) } == REMOTE)
}

/// What the file system of this file or folder is called, such as `NTFS`.
pub fn file_system(path: &Path) -> io::Result<String> {
    let (volume, mut name) = (volume_of(path)?, [0_u16; 64]);
    // SAFETY: the volume's name ends with a zero, the place has the room that is told, and the rest is not wanted.
    done(unsafe {
        GetVolumeInformationW(
            volume.as_ptr(),
            ptr::null_mut(),
            0,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
            name.as_mut_ptr(),
            64,
        )
    })?;
    Ok(narrow(&name))
}

/// The root of the volume, with a zero at the end.
fn volume_of(path: &Path) -> io::Result<Vec<u16>> {
    let path = wide_path(path);
    let mut volume = vec![0; path.len() + 64];
    let room = u32::try_from(volume.len()).map_err(io::Error::other)?;
    // SAFETY: the path ends with a zero, and the place has the room that is told.
    done(unsafe { GetVolumePathNameW(path.as_ptr(), volume.as_mut_ptr(), room) })?;
    Ok(volume)
}

/// What an open file is told from every other one by: its volume, and its number there.
pub fn number(file: &File) -> io::Result<(u32, u64)> {
    let mut found = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open.
    done(unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut found) })?;
    let index = (u64::from(found.nFileIndexHigh) << 32) | u64::from(found.nFileIndexLow);
    Ok((found.dwVolumeSerialNumber, index))
}

/// As [`number`], of the file, folder or link that has this name.
pub fn number_at(path: &Path) -> io::Result<(u32, u64)> {
    number(&open(path, 0)?)
}

/// Whether its last name has been taken away, though it is open.
pub fn is_removed(file: &File) -> io::Result<bool> {
    let mut found = FILE_STANDARD_INFO::default();
    let room = u32::try_from(size_of::<FILE_STANDARD_INFO>()).map_err(io::Error::other)?;
    // SAFETY: the handle is open, and the place has this room.
    done(unsafe {
        GetFileInformationByHandleEx(file.as_raw_handle(), FileStandardInfo, (&raw mut found).cast(), room)
    })?;
    Ok(found.DeletePending || found.NumberOfLinks == 0)
}

/// Whether it is on a disk, and no pipe, console or other device.
pub fn is_on_disk(file: &File) -> bool {
    // SAFETY: the handle is open.
    (unsafe { GetFileType(file.as_raw_handle()) }) == FILE_TYPE_DISK
}

/// Opens for as little as that, also a folder, and the link itself where it is one.
fn open(path: &Path, rights: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.access_mode(rights).custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT);
    options.open(path)
}

/// A place in a file that is never written: whoever reads or writes the file is not kept out by a lock of it.
fn beyond_all() -> OVERLAPPED {
    let mut place = OVERLAPPED::default();
    place.Anonymous.Anonymous = OVERLAPPED_0_0 { Offset: u32::MAX - 1, OffsetHigh: 0x7fff_ffff };
    place
}

/// Locks a file among all that lock it so. `false` where others have it and it is not waited for.
pub fn lock(file: &File, is_exclusive: bool, may_wait: bool) -> io::Result<bool> {
    let flags = if is_exclusive { LOCKFILE_EXCLUSIVE_LOCK } else { 0 };
    let flags = flags | if may_wait { 0 } else { LOCKFILE_FAIL_IMMEDIATELY };
    let mut place = beyond_all();
    // SAFETY: the handle is open, and the place is there until the call is over: these handles do one thing at a time.
    let locked = unsafe { LockFileEx(file.as_raw_handle(), flags, 0, 1, 0, &raw mut place) };
    match done(locked) {
        Ok(()) => Ok(true),
        Err(error) if !may_wait && is_one_of(&error, &[ERROR_LOCK_VIOLATION, ERROR_IO_PENDING]) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Lets go of it at once: at its end a process loses its locks too, but some time later.
pub fn unlock(file: &File) -> io::Result<()> {
    let mut place = beyond_all();
    // SAFETY: as for locking.
    done(unsafe { UnlockFileEx(file.as_raw_handle(), 0, 1, 0, &raw mut place) })
}

/// Whether the system gave one of these as the reason.
pub fn is_one_of(error: &io::Error, codes: &[u32]) -> bool {
    let code = error.raw_os_error().and_then(|code| u32::try_from(code).ok());
    code.is_some_and(|code| codes.contains(&code))
}

fn done(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn told(error: u32) -> io::Result<()> {
    if error == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(error.cast_signed())) }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::*;
    use crate::identity::{SYSTEM, own_sid};

    #[test]
    fn whom_a_list_lets_in_is_set_and_read() {
        let temp = tempfile::tempdir().unwrap();
        let (own, path) = (own_sid().unwrap(), temp.path().join("folder"));
        let set = |users: &[&str]| {
            let mut admitted = access(&path).unwrap().admitted.unwrap();
            admitted.sort_unstable();
            admitted.dedup();
            // Wine lets the system in whatever is set.
            admitted.retain(|sid| users.contains(&&**sid) || sid != SYSTEM);
            let mut expected = users.to_vec();
            expected.sort_unstable();
            admitted == expected
        };
        create_folder(&path, &[&own, SYSTEM]).unwrap();
        assert!(set(&[&own, SYSTEM]), "from the start: {:?}", access(&path));
        close_alone(&path, true, &[&own, EVERYONE]).unwrap();
        assert!(set(&[&own, EVERYONE]), "stands open: {:?}", access(&path));
        close(&path, true, &[&own, SYSTEM]).unwrap();
        close_alone(&path, true, &[&own, SYSTEM]).unwrap();
        assert!(set(&[&own, SYSTEM]), "closed: {:?}", access(&path));
        assert_eq!(access(&path).unwrap().owner, own, "and whose it is");
        assert!(access(&temp.path().join("absent")).is_err(), "nothing is known of what is not there");
    }

    #[test]
    fn a_lock_keeps_out_whoever_locks_and_nobody_who_reads() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        let open = || OpenOptions::new().create(true).read(true).append(true).open(&path).unwrap();
        let (mut one, other) = (open(), open());
        one.write_all(b"who").unwrap();
        assert!(lock(&one, true, false).unwrap() && !lock(&other, true, false).unwrap(), "one at a time");
        assert_eq!(fs::read_to_string(&path).unwrap(), "who", "read by anybody");
        unlock(&one).unwrap();
        assert!(
            lock(&other, false, true).unwrap() && lock(&one, false, false).unwrap(),
            "shared by any number"
        );
        assert!(unlock(&one).is_ok() && unlock(&one).is_err(), "let go once");
    }

    #[test]
    fn a_disk_is_of_a_kind_has_room_and_is_here() {
        let folder = std::env::temp_dir();
        assert!(!file_system(&folder).unwrap().is_empty() && !is_remote(&folder).unwrap());
        assert!(room(&folder).unwrap() > 0 && room(&folder.join("absent")).is_err());
    }

    #[test]
    fn files_are_told_apart() {
        let temp = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| temp.path().join(name));
        let [file, _] = [&one, &other].map(|path| File::create(path).unwrap());
        assert!(number(&file).unwrap() == number_at(&one).unwrap(), "by handle and by name");
        assert_ne!(number(&file).unwrap(), number_at(&other).unwrap());
        assert!(is_on_disk(&file) && !is_removed(&file).unwrap(), "a file that is there");
        assert!(!is_on_disk(&File::open("NUL").unwrap()), "a device");
    }
}
