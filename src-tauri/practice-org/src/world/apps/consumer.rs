//! An app's Consumer Key and Consumer Secret, and their rotation.

/// How long staged credentials last, and those a rotation replaced: 30 days, in milliseconds.
const THIRTY_DAYS: u64 = 30 * 24 * 60 * 60 * 1000;

/// A key and its secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// A staged or former pair, with the time when it became that.
#[derive(Clone)]
pub(crate) struct Dated {
    pub(crate) pair: Pair,
    at: u64,
}

impl Dated {
    /// Its end, in milliseconds since 1970.
    pub(crate) fn ends(&self) -> u64 {
        self.at.saturating_add(THIRTY_DAYS)
    }
}

/// The pairs of one app.
pub(crate) struct Consumer {
    pub(crate) pair: Pair,
    /// When the app first had a key, in milliseconds since 1970.
    pub(crate) since: u64,
    staged: Option<Dated>,
    rotated: Option<Dated>,
}

impl Consumer {
    pub(crate) fn new(pair: Pair, since: u64) -> Self {
        Self { pair, since, staged: None, rotated: None }
    }

    /// The pair of a key that authenticates now: the app's own, or the one it replaced.
    // ASSUMES: rotation-overlap
    pub(crate) fn pair_of(&self, key: &str, now: u64) -> Option<&Pair> {
        let replaced = self.rotated(now).map(|dated| &dated.pair);
        std::iter::once(&self.pair).chain(replaced).find(|pair| pair.key == key)
    }

    pub(crate) fn staged(&self, now: u64) -> Option<&Dated> {
        self.staged.as_ref().filter(|staged| now < staged.ends())
    }

    pub(crate) fn rotated(&self, now: u64) -> Option<&Dated> {
        self.rotated.as_ref().filter(|rotated| now < rotated.ends())
    }

    /// Stages a new pair. There is only one at a time.
    pub(crate) fn stage(&mut self, pair: Pair, now: u64) {
        self.staged = Some(Dated { pair, at: now });
    }

    pub(crate) fn delete_staged(&mut self) {
        self.staged = None;
    }

    /// Puts the staged pair in force. The former one still authenticates for 30 days. False when none is staged.
    pub(crate) fn rotate(&mut self, now: u64) -> bool {
        let Some(staged) = self.staged.take().filter(|staged| now < staged.ends()) else { return false };
        let former = std::mem::replace(&mut self.pair, staged.pair);
        self.rotated = Some(Dated { pair: former, at: now });
        true
    }

    /// Ends the former pair.
    pub(crate) fn delete_rotated(&mut self) {
        self.rotated = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str) -> Pair {
        Pair { key: format!("key {name}"), secret: format!("secret {name}") }
    }

    #[test]
    fn after_a_rotation_either_pair_authenticates_for_thirty_days() {
        let mut consumer = Consumer::new(pair("one"), 0);
        assert!(!consumer.rotate(5), "nothing was staged");
        consumer.stage(pair("two"), 5);
        assert!(consumer.pair_of("key two", 6).is_none(), "a staged pair does not authenticate");
        assert!(consumer.rotate(7), "the staged pair comes into force");
        for (key, secret) in [("key one", "secret one"), ("key two", "secret two")] {
            let found = consumer.pair_of(key, 7 + THIRTY_DAYS - 1).map(|pair| pair.secret.as_str());
            assert_eq!(found, Some(secret), "{key} authenticates with its own secret");
        }
        assert!(consumer.pair_of("key one", 7 + THIRTY_DAYS).is_none(), "the former pair has ended");
        assert!(consumer.staged(7).is_none(), "nothing is staged any more");
    }

    #[test]
    fn a_staged_pair_ends_by_itself_and_can_be_thrown_away() {
        let mut consumer = Consumer::new(pair("one"), 0);
        consumer.stage(pair("two"), 0);
        assert!(consumer.staged(THIRTY_DAYS).is_none(), "after 30 days it is gone");
        assert!(!consumer.rotate(THIRTY_DAYS), "and cannot be put in force");
        consumer.stage(pair("three"), 0);
        consumer.delete_staged();
        assert!(!consumer.rotate(1), "deleted");
        consumer.stage(pair("four"), 1);
        assert!(consumer.rotate(2), "rotated");
        consumer.delete_rotated();
        assert!(consumer.pair_of("key one", 3).is_none(), "the overlap was ended");
    }
}
