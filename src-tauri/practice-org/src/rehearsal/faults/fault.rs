//! What can go wrong with a request, where, and how often.

use serde::{Deserialize, Serialize};

use crate::world::endpoint::Endpoint;

/// Something that goes wrong. A request that several faults are set for meets them all, in the order they were set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub what: What,
    /// The endpoints it befalls; none named means all.
    #[serde(default)]
    pub at: Vec<Endpoint>,
    /// How many requests it lets pass first.
    #[serde(default)]
    pub after: u32,
    /// How many requests it befalls; without a number all, until the faults are cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

/// A way to go wrong. The first four answer in place of the endpoint, which then does nothing; all others let it do its
/// work and spoil its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// The maintenance page: HTML with status 503.
    Maintenance,
    /// The sign-in page of a network, as a hotel or a proxy shows it: HTML with status 200.
    ProxySignIn,
    /// An answer of one's own, such as 502 from a gateway or 429.
    Answer {
        /// 100 to 999.
        status: u16,
        /// `Content-Type`; none is sent without it.
        #[serde(default)]
        content_type: Option<String>,
        /// The body.
        #[serde(default)]
        body: String,
        /// `Retry-After` in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The connection ends before the request was looked at.
    Cut,
    /// The endpoint does its work, and the connection ends without a byte of an answer: a token is rotated, say, and the
    /// new one never delivered.
    Undelivered,
    /// The connection breaks after so many bytes of the body.
    CutAfter {
        /// Bytes that arrive.
        bytes: usize,
    },
    /// A proper answer, whose body ends early.
    Truncated {
        /// Bytes that are left.
        bytes: usize,
    },
    /// The body, and then spaces, until it has this length.
    Huge {
        /// The length in all.
        bytes: u64,
    },
    /// The body, byte by byte.
    Slow {
        /// Before each byte.
        milliseconds_per_byte: u64,
    },
    /// The answer comes late.
    Late {
        /// Before the answer.
        milliseconds: u64,
    },
    /// The answer under another media type, or under none.
    ContentType {
        /// In place of the true one.
        #[serde(default)]
        value: Option<String>,
    },
    /// A `Date` header that is off, as seen by a computer whose clock is wrong.
    ClockSkew {
        /// Seconds that the org's clock is ahead; negative when it is behind.
        seconds: i64,
    },
}

impl Fault {
    /// A fault that befalls every request, until the faults are cleared.
    pub fn new(what: What) -> Self {
        Self { what, at: Vec::new(), after: 0, times: None }
    }

    /// The same fault, for one more endpoint alone.
    #[must_use]
    pub fn at(mut self, endpoint: Endpoint) -> Self {
        self.at.push(endpoint);
        self
    }

    /// The same fault, which lets some requests pass first.
    #[must_use]
    pub fn after(self, requests: u32) -> Self {
        Self { after: requests, ..self }
    }

    /// The same fault, for so many requests.
    #[must_use]
    pub fn times(self, requests: u32) -> Self {
        Self { times: Some(requests), ..self }
    }

    /// Whether a request to an endpoint meets the fault, which is counted.
    pub(super) fn befalls(&mut self, endpoint: Endpoint) -> bool {
        if !self.at.is_empty() && !self.at.contains(&endpoint) {
            return false;
        }
        if self.after > 0 {
            self.after -= 1;
            return false;
        }
        match &mut self.times {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_read_as_they_are_written_and_slips_are_refused() {
        let text = r#"{"what": {"type": "clock_skew", "seconds": -90}, "at": ["token"], "times": 1}"#;
        let fault: Fault = serde_json::from_str(text).unwrap();
        assert_eq!(fault, Fault::new(What::ClockSkew { seconds: -90 }).at(Endpoint::Token).times(1), "read");
        for slip in [
            r#"{"what": {"type": "cut"}, "time": 1}"#,
            r#"{"what": {"type": "cutt"}}"#,
            r#"{"what": {"type": "cut"}, "at": ["tokens"]}"#,
            r#"{"what": {"type": "truncated"}}"#,
            r#"{"at": []}"#,
        ] {
            assert!(serde_json::from_str::<Fault>(slip).is_err(), "{slip} is no fault");
        }
    }
}
