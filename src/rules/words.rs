//! The word syntax: alternatives and open ends.

/// The most combinations one entry may expand to.
pub(crate) const MOST_EXPANSIONS: usize = 256;

/// One word after expansion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Word {
    pub text: String,
    /// The first word may begin with other letters.
    pub open_start: bool,
    /// The last word may go on with other letters.
    pub open_end: bool,
}

/// Expands `[a|b]` alternatives and reads the `*` of open ends.
///
/// # Errors
///
/// A sentence that says what is wrong, for the fault.
pub(crate) fn expand(entry: &str) -> Result<Vec<Word>, String> {
    let mut forms = vec![String::new()];
    let mut rest = entry;
    while let Some(open) = rest.find(['[', ']']) {
        let (literal, tail) = rest.split_at(open);
        for form in &mut forms {
            form.push_str(literal);
        }
        if tail.starts_with(']') {
            return Err("a `]` without its `[`".into());
        }
        let close = tail.find(']').ok_or("a `[` without its `]`")?;
        let inside = &tail[1..close];
        if inside.contains('[') {
            return Err("alternatives inside alternatives".into());
        }
        let alternatives: Vec<&str> = inside.split('|').collect();
        if forms.len() * alternatives.len() > MOST_EXPANSIONS {
            return Err(format!("more than {MOST_EXPANSIONS} combinations"));
        }
        forms = forms.iter().flat_map(|form| alternatives.iter().map(move |a| format!("{form}{a}"))).collect();
        rest = &tail[close + 1..];
    }
    let mut words = Vec::with_capacity(forms.len());
    for form in forms {
        let form = format!("{form}{rest}");
        let form = form.trim();
        let (form, open_start) = form.strip_prefix('*').map_or((form, false), |form| (form, true));
        let (form, open_end) = form.strip_suffix('*').map_or((form, false), |form| (form, true));
        if form.contains('*') {
            return Err("a `*` inside: it may only stand at the beginning or the end".into());
        }
        if form.trim().is_empty() {
            return Err("an alternative that leaves nothing".into());
        }
        words.push(Word { text: form.split_whitespace().collect::<Vec<_>>().join(" "), open_start, open_end });
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::expand;

    fn texts(entry: &str) -> Vec<String> {
        expand(entry).unwrap().into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn alternatives_expand_to_every_combination() {
        assert_eq!(texts("[add|message] [me|us]"), ["add me", "add us", "message me", "message us"]);
        assert_eq!(texts("[please|] add"), ["please add", "add"]);
        assert_eq!(texts("don['|]t"), ["don't", "dont"]);
    }

    #[test]
    fn open_ends() {
        let word = &expand("telegram*").unwrap()[0];
        assert!(word.open_end && !word.open_start && word.text == "telegram");
        assert!(expand("*konto").unwrap()[0].open_start);
    }

    #[test]
    fn faults_are_told() {
        for entry in ["[a", "a]", "[a|[b]]", "a*b", "[|]", ""] {
            assert!(expand(entry).is_err(), "{entry}");
        }
        assert!(expand(&"[a|b]".repeat(9)).is_err());
    }
}
