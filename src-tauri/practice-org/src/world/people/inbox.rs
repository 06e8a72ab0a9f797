//! The practice inbox: the mails the org sends to its users.

/// How many mails are kept.
const KEPT: usize = 50;

/// A mail.
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    /// The text before the code.
    pub(crate) text: String,
    pub(crate) code: String,
    /// The time in milliseconds since 1970.
    pub(crate) sent_at: u64,
}

/// The mails, the newest last.
#[derive(Default)]
pub(crate) struct Inbox {
    mails: Vec<Mail>,
}

impl Inbox {
    pub(crate) fn deliver(&mut self, mail: Mail) {
        if self.mails.len() >= KEPT {
            self.mails.remove(0);
        }
        self.mails.push(mail);
    }

    /// The mails, the newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Mail> {
        self.mails.iter().rev()
    }

    /// The code of the newest mail.
    pub(crate) fn newest_code(&self) -> Option<&str> {
        self.mails.last().map(|mail| mail.code.as_str())
    }
}
