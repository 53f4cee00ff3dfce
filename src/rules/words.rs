//! The word syntax: alternatives and open ends.

/// The most combinations one entry may expand to.
pub(crate) const MOST_EXPANSIONS: usize = 512;
/// The longest entry, in bytes, and the longest word it may expand to, in characters.
const LONGEST_ENTRY: usize = 8192;
const LONGEST_WORD: usize = 120;

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
    if entry.len() > LONGEST_ENTRY {
        return Err(format!("longer than {LONGEST_ENTRY} bytes"));
    }
    let mut at = 0;
    let forms = alternatives(entry, &mut at, false)?;
    let mut words = Vec::with_capacity(forms.len());
    for form in forms {
        let form = form.trim();
        let (form, open_start) = form.strip_prefix('*').map_or((form, false), |form| (form, true));
        let (form, open_end) = form.strip_suffix('*').map_or((form, false), |form| (form, true));
        if form.contains('*') {
            return Err("a `*` inside: it may only stand at the beginning or the end".into());
        }
        if form.trim().is_empty() {
            return Err("an alternative that leaves nothing".into());
        }
        if form.chars().count() > LONGEST_WORD {
            return Err(format!("a word of more than {LONGEST_WORD} characters"));
        }
        words.push(Word { text: form.split_whitespace().collect::<Vec<_>>().join(" "), open_start, open_end });
    }
    Ok(words)
}

/// Reads alternatives up to the end or to the `]` that closes them.
fn alternatives(entry: &str, at: &mut usize, inside: bool) -> Result<Vec<String>, String> {
    let mut done = Vec::new();
    let mut forms = vec![String::new()];
    while let Some(c) = entry[*at..].chars().next() {
        *at += c.len_utf8();
        match c {
            '[' => {
                let parts = alternatives(entry, at, true)?;
                if forms.len() * parts.len() > MOST_EXPANSIONS {
                    return Err(format!("more than {MOST_EXPANSIONS} combinations"));
                }
                forms = forms.iter().flat_map(|form| parts.iter().map(move |part| format!("{form}{part}"))).collect();
            }
            '|' if inside => done.append(&mut std::mem::replace(&mut forms, vec![String::new()])),
            ']' if inside => {
                done.append(&mut forms);
                return Ok(done);
            }
            ']' => return Err("a `]` without its `[`".into()),
            _ => forms.iter_mut().for_each(|form| form.push(c)),
        }
    }
    if inside { Err("a `[` without its `]`".into()) } else { Ok(forms) }
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
        assert_eq!(texts("[a[b|]|c] d"), ["ab d", "a d", "c d"]);
    }

    #[test]
    fn open_ends() {
        let word = &expand("telegram*").unwrap()[0];
        assert!(word.open_end && !word.open_start && word.text == "telegram");
        assert!(expand("*konto").unwrap()[0].open_start);
    }

    #[test]
    fn faults_are_told() {
        for entry in ["[a", "a]", "a*b", "[|]", ""] {
            assert!(expand(entry).is_err(), "{entry}");
        }
        assert!(expand(&"[a|b]".repeat(10)).is_err());
        assert!(expand(&"a".repeat(121)).is_err());
        assert!(expand(&"[".repeat(10_000)).is_err());
    }
}
