//! The log. It tells what happened, never a query, a code or a token.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock},
};

use tracing_subscriber::{
    Registry,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    reload::{self, Handle},
    util::SubscriberInitExt,
};

use crate::{contract::view::LogLevel, platform::private};

/// Our own crates; all others log warnings at most, since a library may log what it sends.
const OURS: [&str; 5] = ["connect_core", "connect_agent", "datatrax_connect", "dtx", "practice_org"];

/// The largest log file, in bytes. A full one is renamed, and replaces the one renamed before.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The variable that sets the filter, and turns on a log on standard error.
pub const VARIABLE: &str = "DATATRAX_LOG";

/// The filter of the log file, once there is one.
static FILTER: OnceLock<Handle<Targets, Registry>> = OnceLock::new();

/// Whether `DATATRAX_LOG` asks for a log on standard error.
pub fn is_shown() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Writes the log to standard error, when `DATATRAX_LOG` asks for one.
pub fn to_stderr() {
    if is_shown() {
        let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
        // A second call in one process keeps the first log.
        let _ = tracing_subscriber::registry().with(filter()).with(layer).try_init();
    }
}

/// Appends the log to `file`, which only this user may read, and writes it to standard error too when `DATATRAX_LOG` is
/// set.
///
/// # Errors
/// The file cannot be opened. Nothing is logged then.
pub fn to_file(file: &Path) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        private::folder(folder).map_err(io::Error::other)?;
    }
    let file = BoundedFile::open(file, LARGEST_FILE)?;
    let layer = tracing_subscriber::fmt::layer().with_writer(Mutex::new(file)).with_ansi(false);
    let shown = is_shown().then(|| tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false));
    let (filter, handle) = reload::Layer::new(filter());
    // A second call in one process keeps the first log.
    if tracing_subscriber::registry().with(filter).with(layer).with(shown).try_init().is_ok() {
        let _ = FILTER.set(handle);
    }
    Ok(())
}

/// A log file that is renamed before it becomes too large, so that a long-running process fills no disk.
struct BoundedFile {
    path: PathBuf,
    file: File,
    length: u64,
    largest: u64,
}

impl BoundedFile {
    fn open(path: &Path, largest: u64) -> io::Result<Self> {
        let file = private::append_options().open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, length, largest })
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("log.1"))?;
        *self = Self::open(&self.path, self.largest)?;
        Ok(())
    }
}

impl Write for BoundedFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let more = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.length > 0 && self.length.saturating_add(more) > self.largest {
            self.begin_anew()?;
        }
        let written = self.file.write(line)?;
        self.length = self.length.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Sets the level of the log file, unless `DATATRAX_LOG` does.
pub fn set_level(level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    if let Some(filter) = FILTER.get().filter(|_| std::env::var_os(VARIABLE).is_none()) {
        // Fails only when the log is gone, at the end of the process.
        let _ = filter.reload(capped(&Targets::new().with_default(level)));
    }
}

/// `DATATRAX_LOG` is a level, or `target=level` pairs separated by commas.
fn filter() -> Targets {
    let asked = std::env::var(VARIABLE).unwrap_or_default();
    capped(&asked.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO)))
}

fn capped(asked: &Targets) -> Targets {
    let default = asked.default_level().unwrap_or(LevelFilter::INFO);
    let base = Targets::new().with_default(default.min(LevelFilter::WARN));
    let ours = OURS.iter().fold(base, |targets, name| targets.with_target(*name, default));
    asked.iter().fold(ours, |targets, (name, level)| {
        let is_ours = OURS.iter().any(|own| name == *own || name.starts_with(&format!("{own}::")));
        targets.with_target(name, if is_ours { level } else { level.min(LevelFilter::WARN) })
    })
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_log_never_takes_more_than_twice_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent.log");
        let mut log = BoundedFile::open(&path, 100).unwrap();
        for number in 0..50 {
            writeln!(log, "line {number:04}").unwrap();
        }
        drop(log);
        let mut log = BoundedFile::open(&path, 100).unwrap();
        log.write_all(&[b'x'; 95]).unwrap();
        drop(log);
        let sizes =
            ["agent.log", "agent.log.1"].map(|name| fs::metadata(folder.path().join(name)).unwrap().len());
        assert!(sizes.iter().all(|size| *size <= 100), "{sizes:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "and nothing else is kept");
        let before = fs::read_to_string(folder.path().join("agent.log.1")).unwrap();
        assert!(before.ends_with("line 0049\n"), "the newest lines of before: {before}");
    }

    #[test]
    fn other_peoples_crates_stay_at_warn() {
        let filter = capped(&"trace,hyper=trace,connect_core::oauth=debug".parse().expect("a filter"));
        assert!(filter.would_enable("connect_core::vault", &Level::TRACE), "ours as asked");
        assert!(!filter.would_enable("connect_core::oauth", &Level::TRACE), "one of ours lower");
        for target in ["hyper", "reqwest::connect", "zbus"] {
            assert!(!filter.would_enable(target, &Level::INFO), "{target} may log what it sends");
            assert!(filter.would_enable(target, &Level::WARN), "{target} may warn");
        }
    }
}
