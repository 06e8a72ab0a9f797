use std::{
    fs::File,
    io::{BufRead, BufReader},
    os::unix::fs::FileExt,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Between two looks at the screen.
const LOOK: Duration = Duration::from_millis(3);
/// Every so many rows of the screen are looked at.
const STEP: usize = 6;
/// A picture is there when it stays like this for so long.
const STILL: Duration = Duration::from_millis(1200);
const PATIENCE: Duration = Duration::from_secs(30);
/// Two pictures are one when no more than this part of them differs: a clock's digit, not a line of text.
const SAME: usize = 2000;

/// A display whose pixels can be read from a file while it draws (`Xvfb -fbdir`).
pub(crate) struct Screen {
    server: Child,
    name: String,
    pixels: File,
    start: usize,
    row: usize,
    rows: usize,
    _folder: TempDir,
}

impl Screen {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-fbdir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        let pixels = File::open(folder.path().join("Xvfb_screen0")).unwrap();
        // The form of the file is that of `xwd` (XWDFile.h): numbers of four bytes, the most significant first.
        let header = |index: u64| {
            let mut bytes = [0; 4];
            pixels.read_exact_at(&mut bytes, index * 4).unwrap();
            u32::from_be_bytes(bytes) as usize
        };
        let colours = header(19);
        let (start, rows, row) = (header(0) + colours * 12, header(5), header(12));
        Self { server, name: format!(":{}", number.trim()), pixels, start, row, rows, _folder: folder }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Starts a program and says how long it took until the picture was drawn that then stays.
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

    /// Waits until nothing has changed for a moment.
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

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
