//! Windows: each user has a security identifier (SID).

use std::sync::OnceLock;

use connect_windows::identity;

/// That of this user. Empty where the system does not even tell that: then nothing is this user's.
pub fn sid() -> &'static str {
    static SID: OnceLock<String> = OnceLock::new();
    SID.get_or_init(|| {
        identity::own_sid().unwrap_or_else(|error| {
            tracing::error!(kind = ?error.kind(), "the system does not tell whose program this is");
            String::new()
        })
    })
}

/// What a user is called, where this computer or its domain knows.
pub fn named(sid: &str) -> String {
    identity::name_of(sid)
        .map_or_else(|| format!("the user with the identifier {sid}"), |name| format!("the user {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_called_by_name_where_they_have_one() {
        assert!(named(sid()).starts_with("the user ") && !named(sid()).contains("S-1-"), "{}", named(sid()));
        let nobody = "S-1-5-21-1-2-3-1001";
        assert_eq!(named(nobody), format!("the user with the identifier {nobody}"), "nobody's");
    }
}
