//! The owner of tokens: the ids of org and user.

use url::Url;

use crate::{org::salesforce, secret::Secret};

/// The significant characters of a record id; the other three repeat their case.
const ID_LENGTH: usize = 15;
const USER_ID_PREFIX: &str = "005";

/// Org and user, in the long form of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub org_id: String,
    pub user_id: String,
}

impl Owner {
    /// From two ids of either length; `None` when one is invalid.
    pub fn of_ids(org_id: &str, user_id: &str) -> Option<Self> {
        let (org_id, user_id) = (to_18(org_id)?, to_18(user_id)?);
        let fits = org_id.starts_with(salesforce::ORG_ID_PREFIX) && user_id.starts_with(USER_ID_PREFIX);
        fits.then_some(Self { org_id, user_id })
    }

    /// From an identity address: `/id/ORG/USER`.
    pub fn of_identity(id: &Url) -> Option<Self> {
        let segments: Vec<&str> = id.path_segments()?.collect();
        let ["id", org, user] = segments.as_slice() else { return None };
        Self::of_ids(org, user)
    }

    /// The path of the identity address.
    pub fn path(&self) -> String {
        format!("/id/{}/{}", self.org_id, self.user_id)
    }
}

/// The org in an opaque access token; `None` for a JWT.
pub fn org_of_token(access: &Secret) -> Option<String> {
    // EXPOSE: only the org id before the exclamation mark is read.
    let (org, _) = access.expose().split_once('!')?;
    to_18(org)
}

/// The 18-character form of a record id; `None` if the text is no id.
///
/// Three characters encode which of each five before are capitals, as bits from the right (Salesforce help, article
/// 000385585).
pub fn to_18(id: &str) -> Option<String> {
    let fits = matches!(id.len(), ID_LENGTH | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !fits {
        return None;
    }
    let significant: Vec<char> = id.chars().take(ID_LENGTH).collect();
    let suffix = significant.chunks(5).map(|five| {
        let capitals = five
            .iter()
            .rev()
            .fold(0_u8, |bits, character| bits << 1 | u8::from(character.is_ascii_uppercase()));
        char::from(if capitals < 26 { b'A' + capitals } else { b'0' + (capitals - 26) })
    });
    Some(significant.iter().copied().chain(suffix).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_long_form() {
        for (id, long) in [
            ("00Dxx0000001gPL", Some("00Dxx0000001gPLEAY")),
            ("00Dxx0000001gPLEAY", Some("00Dxx0000001gPLEAY")),
            ("005xx000001Sv6A", Some("005xx000001Sv6AAAS")),
            ("000000000000000", Some("000000000000000AAA")),
            ("ABCDEFGHIJKLMNO", Some("ABCDEFGHIJKLMNO555")),
            ("00Dxx0000001gP", None),
            ("00Dxx0000001gPLEA", None),
            ("00Dxx0000001gP!", None),
            ("00Dxx0000001gPé", None),
            ("", None),
        ] {
            assert_eq!(to_18(id).as_deref(), long, "{id}");
        }
    }
}
