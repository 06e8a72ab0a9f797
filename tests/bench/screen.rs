use std::{
    fs::File,
    os::unix::fs::FileExt,
    thread,
    time::{Duration, Instant},
};

use connect_tests::{Display, PATIENCE};
use tempfile::TempDir;

/// The pause between two looks at the screen.
const LOOK: Duration = Duration::from_millis(3);
/// Only one of this many rows of the screen is compared.
const STEP: usize = 6;
/// A picture is complete when it does not change for this long.
const STILL: Duration = Duration::from_millis(1200);
/// Two pictures are the same if at most one part in this many differs: a clock's digit, not a line of text.
const SAME: usize = 2000;

/// A display whose pixels can be read from a file while it draws (`Xvfb -fbdir`).
pub(crate) struct Screen {
    display: Display,
    pixels: File,
    start: usize,
    row: usize,
    rows: usize,
    _folder: TempDir,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let display = Display::start_with(&["-fbdir".as_ref(), folder.path().as_os_str()]);
        let pixels = File::open(folder.path().join("Xvfb_screen0")).unwrap();
        // The file has the form of `xwd` (XWDFile.h): numbers of four bytes, big-endian.
        let header = |index: u64| {
            let mut bytes = [0; 4];
            pixels.read_exact_at(&mut bytes, index * 4).unwrap();
            u32::from_be_bytes(bytes) as usize
        };
        let colours = header(19);
        let (start, rows, row) = (header(0) + colours * 12, header(5), header(12));
        Self { display, pixels, start, row, rows, _folder: folder }
    }

    pub(crate) fn name(&self) -> &str {
        self.display.name()
    }

    /// Starts a program and returns how long it took until the lasting picture was drawn.
    pub(crate) fn drawn(&self, start: impl FnOnce()) -> Duration {
        let before = self.picture();
        let started = Instant::now();
        start();
        let mut pictures = vec![(started, before)];
        loop {
            thread::sleep(LOOK);
            let (now, picture) = (Instant::now(), self.picture());
            let (since, last) = pictures.last().unwrap();
            if !is_same(&picture, last) {
                pictures.push((now, picture));
            } else if pictures.len() > 1 && now - *since > STILL {
                break;
            }
            assert!(started.elapsed() < PATIENCE, "nothing is drawn");
        }
        pictures.last().unwrap().0 - started
    }

    /// Waits until nothing has changed for a while.
    pub(crate) fn rest(&self) {
        let mut last = self.picture();
        let mut since = Instant::now();
        while since.elapsed() < Duration::from_millis(300) {
            thread::sleep(LOOK);
            let picture = self.picture();
            if picture != last {
                (last, since) = (picture, Instant::now());
            }
        }
    }

    fn picture(&self) -> Vec<u8> {
        let mut picture = vec![0; self.rows.div_ceil(STEP) * self.row];
        for (index, row) in picture.chunks_exact_mut(self.row).enumerate() {
            let at = self.start + index * STEP * self.row;
            self.pixels.read_exact_at(row, at as u64).unwrap();
        }
        picture
    }
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    let pixels = one.chunks_exact(4).zip(other.chunks_exact(4));
    one == other || pixels.filter(|(one, other)| one != other).count() * SAME <= one.len() / 4
}
