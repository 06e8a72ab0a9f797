//! Random changes to texts that come from outside. They follow from a seed.

/// Inserted texts that parsers stumble over.
const PIECES: [&[u8]; 22] = [
    b"%",
    b"%00",
    b"%2",
    b"&",
    b"=",
    b"?",
    b"#",
    b"\\",
    b"\"",
    b"\0",
    b"\r\n",
    b"\n",
    b"{",
    b"}",
    b"[",
    b"//",
    b"@",
    b":",
    b"..",
    b"\xff\xfe",
    "\u{200b}\u{a0}".as_bytes(),
    "\u{1F600}\u{202e}".as_bytes(),
];

/// A source of random changes (xorshift).
pub struct Changes(u64);

impl Changes {
    pub fn of_seed(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    /// A valid text with a few changes.
    #[must_use]
    pub fn of(&mut self, good: &[&str]) -> Vec<u8> {
        let mut text = good[self.below(good.len())].as_bytes().to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(text.len() + 1);
            match self.below(7) {
                0 => text.truncate(at),
                1 => drop(text.drain(at..(at + self.below(12)).min(text.len()))),
                2 => text.extend(text.clone().into_iter().skip(at).take(200)),
                3 => {
                    let other = good[self.below(good.len())].as_bytes();
                    let from = self.below(other.len() + 1);
                    text.splice(at.., other.iter().copied().skip(from));
                }
                4 if at < text.len() => text[at] ^= 1 << self.below(8),
                5 if at < text.len() => text[at] = u8::try_from(self.below(256)).unwrap(),
                _ => {
                    let piece = PIECES[self.below(PIECES.len())];
                    let piece = piece.repeat(1 + self.below(3));
                    text.splice(at..at, piece);
                }
            }
        }
        text
    }
}
