use std::{fs, thread};

use time::OffsetDateTime;

/// The circumstances of the figures: the day, the kind of computer, and its load.
pub(crate) fn kind() -> String {
    let after = |file, name: &str| -> Option<String> {
        let text: String = fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_start_matches([' ', '\t', ':', '=']).trim_matches('"').to_owned())
    };
    let parts = [
        Some(OffsetDateTime::now_utc().date().to_string()),
        after("/etc/os-release", "PRETTY_NAME"),
        after("/proc/cpuinfo", "model name"),
        thread::available_parallelism().ok().map(|cores| format!("{cores} cores")),
        after("/proc/meminfo", "MemTotal").map(|memory| format!("{memory} of memory")),
        fs::read_to_string("/proc/loadavg").ok().and_then(|load| {
            let minute = load.split_whitespace().next()?;
            Some(format!("load of the last minute {minute}"))
        }),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
