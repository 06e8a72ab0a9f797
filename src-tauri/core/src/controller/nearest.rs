//! The name that was probably meant by a mistyped one.

/// How many slips of the finger one is thought to make, at most.
const MOST_SLIPS: usize = 3;
/// The shortest part of a name that is taken for the whole, in characters.
const SHORTEST_PART: usize = 3;

/// The nearest of the names: with the fewest slips, or the only one that has this as its beginning or its end. `None` where
/// none is near.
pub(super) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let wanted = typed.to_lowercase();
    let length = wanted.chars().count();
    let forgiven = MOST_SLIPS.min(length / 3);
    let slips = |name: &str| strsim::osa_distance(&wanted, &name.to_lowercase());
    let near = names.clone().map(|name| (slips(name), name)).filter(|(slips, _)| *slips <= forgiven);
    if let Some((_, name)) = near.min() {
        return Some(name);
    }
    let is_part = |name: &&str| {
        let name = name.to_lowercase();
        name.starts_with(&wanted) || name.ends_with(&wanted)
    };
    let mut whole = names.filter(is_part);
    let only = whole.next().filter(|_| length >= SHORTEST_PART);
    if whole.next().is_some() { None } else { only }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_named_and_none_where_none_is_near() {
        let names = ["acme", "acme--uat", "acme--s2", "globex", "p"];
        for (typed, meant) in [
            ("acem", Some("acme")),
            ("Acme", Some("acme")),
            ("acme-uat", Some("acme--uat")),
            ("acme--aut", Some("acme--uat")),
            ("uat", Some("acme--uat")),
            ("glob", Some("globex")),
            ("acme--s3", Some("acme--s2")),
            ("nobody", None),
            ("", None),
            ("zz", None),
            ("me--", None),
        ] {
            assert_eq!(nearest(typed, names.into_iter()), meant, "{typed}");
        }
        assert_eq!(nearest("acme", ["acme--s1", "acme--s2"].into_iter()), None, "two are meant alike");
    }
}
