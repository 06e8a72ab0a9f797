use std::time::Duration;

/// The figures, in the order of measuring.
#[derive(Default)]
pub(crate) struct Figures {
    /// The heading of the next rows.
    heading: String,
    rows: Vec<Row>,
}

struct Row {
    heading: String,
    what: String,
    figure: String,
    around: String,
    verdict: String,
}

/// The target of a figure, in its own unit.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    AtMost(f64),
    AtLeast(f64),
    Exactly(f64),
    /// For information only.
    Anything,
}

/// A kind of figure, and its notation.
#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Milliseconds,
    Megabytes,
    Times,
    Count,
}

impl Figures {
    pub(crate) fn heading(&mut self, text: &str) {
        println!("\n{text}");
        text.clone_into(&mut self.heading);
    }

    /// Adds a figure and prints it at once: a run takes minutes.
    pub(crate) fn add(&mut self, what: &str, figure: f64, unit: Unit, wanted: Wanted) {
        self.row(what, figure, unit, wanted, String::new());
    }

    /// Adds the median of some times, and their spread.
    pub(crate) fn times(&mut self, what: &str, times: &Times, wanted: Wanted) {
        let (low, high) = times.most();
        let around = format!("{:.1} to {:.1}, n = {}", milliseconds(low), milliseconds(high), times.0.len());
        self.row(what, milliseconds(times.median()), Unit::Milliseconds, wanted, around);
    }

    /// Adds the ratio of this median to the peer's.
    pub(crate) fn ratio(&mut self, what: &str, times: &Times, peer: &Times, wanted: Wanted) {
        let ratio = times.median().as_secs_f64() / peer.median().as_secs_f64();
        self.row(what, ratio, Unit::Times, wanted, String::new());
    }

    /// Adds a figure that cannot be measured here, and why.
    pub(crate) fn without(&mut self, what: &str, why: &str) {
        self.push(what, "-".to_owned(), why.to_owned(), String::new());
    }

    pub(crate) fn row(&mut self, what: &str, figure: f64, unit: Unit, wanted: Wanted, around: String) {
        let write = |number: f64| match unit {
            Unit::Milliseconds => format!("{number:.2} ms"),
            Unit::Megabytes => format!("{number:.2} MB"),
            Unit::Times if number >= 100.0 => format!("{number:.0} x"),
            Unit::Times => format!("{number:.2} x"),
            Unit::Count => format!("{number:.1}"),
        };
        let judged = match wanted {
            Wanted::AtMost(most) => Some((figure <= most, format!("at most {}", write(most)))),
            Wanted::AtLeast(least) => Some((figure >= least, format!("at least {}", write(least)))),
            Wanted::Exactly(number) => Some(((figure - number).abs() < f64::EPSILON, write(number))),
            Wanted::Anything => None,
        };
        let verdict = judged.map_or(String::new(), |(is_reached, wanted)| {
            format!("{} {wanted}", if is_reached { "reached" } else { "MISSED " })
        });
        self.push(what, write(figure), around, verdict);
    }

    fn push(&mut self, what: &str, figure: String, around: String, verdict: String) {
        let row = Row { heading: self.heading.clone(), what: what.to_owned(), figure, around, verdict };
        println!("{}", row.line());
        self.rows.push(row);
    }

    /// Prints how many targets are met, and which are not.
    pub(crate) fn sum_up(&self) {
        let reached = self.rows.iter().filter(|row| row.verdict.starts_with("reached")).count();
        let missed: Vec<_> = self.rows.iter().filter(|row| row.verdict.starts_with("MISSED")).collect();
        println!("\n{reached} reached, {} missed", missed.len());
        for row in missed {
            println!("{}\n{}", row.heading, row.line());
        }
    }
}

impl Row {
    fn line(&self) -> String {
        let Self { what, figure, around, verdict, .. } = self;
        format!("{what:58} {figure:>11}  {around:26}  {verdict}").trim_end().to_owned()
    }
}

/// The times of repeated runs.
#[derive(Clone, Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    pub(crate) fn push(&mut self, time: Duration) {
        let at = self.0.partition_point(|other| *other < time);
        self.0.insert(at, time);
    }

    pub(crate) fn median(&self) -> Duration {
        self.at(50)
    }

    /// The range of the middle eight of ten.
    fn most(&self) -> (Duration, Duration) {
        (self.at(10), self.at(90))
    }

    pub(crate) fn at(&self, hundredth: usize) -> Duration {
        let last = self.0.len().saturating_sub(1);
        self.0.get(last * hundredth / 100).copied().unwrap_or_default()
    }
}

impl FromIterator<Duration> for Times {
    fn from_iter<T: IntoIterator<Item = Duration>>(times: T) -> Self {
        let mut sorted = Self::default();
        for time in times {
            sorted.push(time);
        }
        sorted
    }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "far below the limit of exact whole numbers")]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
