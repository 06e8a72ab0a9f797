//! Other programs: the place of ours, how one is detached or asked to end, and the meaning of its exit status.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{
    env::consts::EXE_SUFFIX,
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// The path of a program of ours: all of them are in one folder.
pub fn beside(program: &Path, name: &str) -> PathBuf {
    program.with_file_name(file_of(name))
}

/// The name that the file of a program has on this platform.
pub fn file_of(program: &str) -> String {
    format!("{program}{EXE_SUFFIX}")
}

/// Keeps this program's own input and output its own: where they were closed, no file that is opened later takes their place; and
/// the programs that it starts do not have them, unless it hands them on: whoever reads what it says until its end would wait
/// for their end too. It is called before anything is opened.
pub fn keep_streams() {
    system::keep_streams();
}

/// Detaches the program from its starter and from the terminal or console.
pub fn set_apart(command: &mut Command) {
    system::set_apart(command);
}

/// Asks the process to end properly. One that has ended already is no error.
pub fn ask_to_end(id: u32) {
    system::ask_to_end(id);
}

/// Whether a program of ours ended by a fault. Other exits are deliberate: it was asked to end, another one runs, the
/// home cannot be used.
pub fn has_crashed(status: ExitStatus) -> bool {
    // 101 is the exit code of a panic in Rust.
    system::was_ended_by_a_fault(status).unwrap_or_else(|| matches!(status.code(), Some(1 | 101)))
}

/// The exit code of a process, as shells tell it: the end by a signal is one too.
pub fn exit_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| system::code_of_end_by_signal(status))
}

/// Replaces this process with the program. Returns only if that fails.
pub fn give_way_to(command: &mut Command) -> io::Error {
    system::give_way_to(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_ours_have_the_suffix_of_the_platform() {
        let dtx = Path::new("bin").join(format!("dtx{EXE_SUFFIX}"));
        let window = beside(&dtx, "datatrax-connect");
        assert_eq!(window.parent(), dtx.parent(), "in the same folder");
        assert_eq!(window.extension(), dtx.extension(), "a program as the other is");
        assert_eq!(window.file_stem().and_then(|name| name.to_str()), Some("datatrax-connect"), "its name");
    }
}
