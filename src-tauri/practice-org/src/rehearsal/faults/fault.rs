//! The faults a request can meet, where, and how often.

use serde::{Deserialize, Serialize};

use crate::world::endpoint::Endpoint;

/// A fault. A request that several faults apply to meets all of them, in the order they were set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The kind of fault.
    pub what: What,
    /// The endpoints it applies to; all, if none is named.
    #[serde(default)]
    pub at: Vec<Endpoint>,
    /// The number of requests it first lets pass.
    #[serde(default)]
    pub after: u32,
    /// The number of requests it applies to; without one all, until the faults are cleared.
    #[serde(default)]
    pub times: Option<u32>,
}

/// A kind of fault. The first four answer instead of the endpoint, which then does nothing; all others let it do its
/// work and damage its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// The maintenance page: HTML with status 503.
    Maintenance,
    /// A network's sign-in page, as in a hotel or from a proxy: HTML with status 200.
    ProxySignIn,
    /// A given answer, such as 502 from a gateway or 429.
    Answer {
        /// The status, 100 to 999.
        status: u16,
        /// The `Content-Type` header; absent if `None`.
        #[serde(default)]
        content_type: Option<String>,
        /// The body.
        #[serde(default)]
        body: String,
        /// `Retry-After` in seconds.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// The connection ends before the request is processed.
    Cut,
    /// The endpoint does its work, and the connection ends without a byte of the answer: for example, a token is
    /// rotated and the new one never delivered.
    Undelivered,
    /// The connection breaks after this many bytes of the body.
    CutAfter {
        /// The number of bytes that arrive.
        bytes: usize,
    },
    /// A complete answer with a shortened body.
    Truncated {
        /// The number of bytes kept.
        bytes: usize,
    },
    /// The body, filled up with spaces to this length.
    Huge {
        /// The total length.
        bytes: u64,
    },
    /// The body, byte by byte.
    Slow {
        /// The pause before each byte.
        milliseconds_per_byte: u64,
    },
    /// The answer is late.
    Late {
        /// The delay.
        milliseconds: u64,
    },
    /// The answer has another media type, or none.
    ContentType {
        /// The media type sent.
        #[serde(default)]
        value: Option<String>,
    },
    /// A wrong `Date` header, as for a computer whose clock is wrong.
    ClockSkew {
        /// How many seconds the org's clock is ahead; negative if behind.
        seconds: i64,
    },
}

impl Fault {
    /// A fault for every request, until the faults are cleared.
    pub fn new(what: What) -> Self {
        Self { what, at: Vec::new(), after: 0, times: None }
    }

    /// The same fault, limited to this endpoint and others added so.
    #[must_use]
    pub fn at(mut self, endpoint: Endpoint) -> Self {
        self.at.push(endpoint);
        self
    }

    /// The same fault, after this many requests.
    #[must_use]
    pub fn after(self, requests: u32) -> Self {
        Self { after: requests, ..self }
    }

    /// The same fault, for this many requests.
    #[must_use]
    pub fn times(self, requests: u32) -> Self {
        Self { times: Some(requests), ..self }
    }

    /// Whether a request to an endpoint meets the fault; counts the request.
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
