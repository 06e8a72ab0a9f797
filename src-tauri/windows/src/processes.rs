//! Other processes, by their number.

use std::{
    io,
    os::windows::io::{AsRawHandle as _, OwnedHandle},
    path::PathBuf,
    time::Duration,
};

use windows_sys::Win32::{
    Foundation::{FILETIME, INVALID_HANDLE_VALUE},
    System::{
        Diagnostics::ToolHelp::{
            CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
        },
        Threading::{GetProcessTimes, OpenProcess, PROCESS_QUERY_LIMITED_INFORMATION},
    },
};

use crate::{identity::owned, programs};

/// A process that is open: until this is dropped no other one gets its number.
#[derive(Debug)]
pub struct Held {
    id: u32,
    process: OwnedHandle,
}

impl Held {
    pub fn open(id: u32) -> io::Result<Self> {
        Ok(Self { id, process: opened(id)? })
    }

    /// The file of the program that it runs.
    pub fn program(&self) -> io::Result<PathBuf> {
        programs::of_process(self.id)
    }

    /// The process that started it. One that has ended is not found, also where another one has its number by now.
    pub fn starter(&self) -> io::Result<Self> {
        let starter = Self::open(starter_of(self.id)?)?;
        let has_begun_before = times(&starter.process)?.began <= times(&self.process)?.began;
        if has_begun_before { Ok(starter) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// The number of the process that started this one, which may be another one's by now.
fn starter_of(id: u32) -> io::Result<u32> {
    // SAFETY: no pointer is passed.
    let list = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) };
    if list == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    let list = owned(list)?;
    let size = u32::try_from(size_of::<PROCESSENTRY32W>()).map_err(io::Error::other)?;
    let mut entry = PROCESSENTRY32W { dwSize: size, ..PROCESSENTRY32W::default() };
    // SAFETY: the list is open, and the place for an entry tells its size.
    let mut is_there = unsafe { Process32FirstW(list.as_raw_handle(), &raw mut entry) };
    while is_there != 0 {
        if entry.th32ProcessID == id {
            return Ok(entry.th32ParentProcessID);
        }
        // SAFETY: as before.
        is_there = unsafe { Process32NextW(list.as_raw_handle(), &raw mut entry) };
    }
    Err(io::ErrorKind::NotFound.into())
}

fn opened(id: u32) -> io::Result<OwnedHandle> {
    // SAFETY: no pointer is passed.
    owned(unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) })
}

struct Times {
    /// Since the beginning of the year 1601.
    began: Duration,
    worked: Duration,
}

/// How long a process has run on a processor, all its threads together.
pub fn worked(id: u32) -> io::Result<Duration> {
    Ok(times(&opened(id)?)?.worked)
}

fn times(process: &OwnedHandle) -> io::Result<Times> {
    let [mut began, mut ended, mut in_system, mut in_program] = [FILETIME::default(); 4];
    // SAFETY: the process is open, and there is a place for each of the four.
    let told = unsafe {
        GetProcessTimes(
            process.as_raw_handle(),
            &raw mut began,
            &raw mut ended,
            &raw mut in_system,
            &raw mut in_program,
        )
    };
    if told == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(Times { began: time(began), worked: time(in_system) + time(in_program) })
}

/// It is counted in tenths of a microsecond.
pub(crate) fn time(counted: FILETIME) -> Duration {
    let units = (u64::from(counted.dwHighDateTime) << 32) | u64::from(counted.dwLowDateTime);
    Duration::from_micros(units / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_has_worked_grows_while_it_works() {
        let own = std::process::id();
        let before = worked(own).unwrap();
        while worked(own).unwrap() == before {
            std::hint::spin_loop();
        }
        assert!(worked(3).is_err(), "no process has such a number: they are multiples of four");
    }

    #[test]
    fn a_process_tells_its_program_and_who_started_it() {
        let this = Held::open(std::process::id()).unwrap();
        assert!(this.program().unwrap().ends_with(std::env::current_exe().unwrap().file_name().unwrap()));
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let mut child = child.args(["--list"]).stdout(std::process::Stdio::null()).spawn().unwrap();
        let starter = Held::open(child.id()).unwrap().starter().unwrap();
        assert_eq!(starter.id, this.id, "this one has started it");
        child.wait().unwrap();
        assert!(Held::open(3).is_err(), "no process has such a number: they are multiples of four");
    }
}
