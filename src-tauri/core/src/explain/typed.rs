//! Names within commands that a person is told to type.

/// A name as it is typed in a shell: as it is where nothing in it means something there, else within single quotation marks.
pub fn typed(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "._@+:/-".contains(letter);
    if !name.is_empty() && name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_command_is_one_word_and_no_command() {
        for (name, expected) in [
            ("acme--uat", "acme--uat"),
            ("näme", "näme"),
            ("my org", "'my org'"),
            ("$(touch x)", "'$(touch x)'"),
            ("it's", r"'it'\''s'"),
            ("a;b", "'a;b'"),
            ("~root", "'~root'"),
        ] {
            assert_eq!(typed(name), expected);
        }
    }
}
