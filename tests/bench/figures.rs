use std::time::Duration;

/// What was measured, in the order of measuring.
#[derive(Default)]
pub(crate) struct Figures(Vec<[String; 3]>);

impl Figures {
    pub(crate) fn add(&mut self, what: &str, figure: String, beside: &str) {
        self.0.push([what.to_owned(), figure, beside.to_owned()]);
    }

    pub(crate) fn print(&self) {
        for [what, figure, beside] in &self.0 {
            println!("{what:52} {figure:>12}  {beside}");
        }
    }
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

pub(crate) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{}.{:02} MB", bytes / 1_000_000, bytes % 1_000_000 / 10_000)
}
