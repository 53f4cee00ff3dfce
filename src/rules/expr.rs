//! The expressions of `when`: which concepts and entities must stand together.

use serde::{Deserialize, Serialize};

/// A conjunction of groups, each a choice of atoms.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Expr {
    /// Groups that must be present.
    pub groups: Vec<Group>,
    /// Atoms that must be absent from the scope.
    pub absent: Vec<String>,
    /// Atoms that must be absent even where a neutraliser exempts them.
    pub banned: Vec<String>,
}

/// One of the atoms must be present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    pub atoms: Vec<String>,
    /// Whether the group must stand after the one before it.
    pub after_previous: bool,
    /// The most words between it and the one before it, if not the rule's own.
    pub within: Option<u16>,
}

/// Parses `a & (b | c) > d & !e`.
///
/// `&` joins groups in any order, `>` demands that the right one stands after
/// the left one; a number behind either is the most words between the two. `!`
/// demands absence, `!!` absence from what is exempt as well.
///
/// # Errors
///
/// What is wrong and its byte offset.
pub(crate) fn parse(source: &str) -> Result<Expr, (usize, String)> {
    let mut expr = Expr::default();
    let mut at = 0;
    let (mut after_previous, mut within) = (false, None);
    loop {
        at += blanks(&source[at..]);
        let bangs = source[at..].bytes().take(2).take_while(|&b| b == b'!').count();
        let negated = bangs > 0;
        at += bangs;
        let (atoms, len) = group(&source[at..]).map_err(|(offset, fault)| (at + offset, fault))?;
        match bangs {
            0 => {
                let first = expr.groups.is_empty();
                expr.groups.push(Group {
                    atoms,
                    after_previous: after_previous && !first,
                    within: within.filter(|_| !first),
                });
            }
            1 => expr.absent.extend(atoms),
            _ => expr.banned.extend(atoms),
        }
        at += len;
        at += blanks(&source[at..]);
        match source[at..].chars().next() {
            None => break,
            Some('&') => after_previous = false,
            Some('>') if !negated => after_previous = true,
            Some(other) => return Err((at, format!("`{other}` where `&` or `>` was expected"))),
        }
        at += 1;
        let digits = source[at..].bytes().take_while(u8::is_ascii_digit).count();
        within = source[at..at + digits].parse().ok();
        at += digits;
    }
    if expr.groups.is_empty() {
        return Err((0, "nothing has to be present".into()));
    }
    Ok(expr)
}

fn blanks(source: &str) -> usize {
    source.len() - source.trim_start().len()
}

fn group(source: &str) -> Result<(Vec<String>, usize), (usize, String)> {
    if !source.starts_with('(') {
        let (atom, len) = atom(source)?;
        return Ok((vec![atom], len));
    }
    let mut atoms = Vec::new();
    let mut at = 1;
    loop {
        at += blanks(&source[at..]);
        let (one, len) = atom(&source[at..]).map_err(|(offset, fault)| (at + offset, fault))?;
        atoms.push(one);
        at += len;
        at += blanks(&source[at..]);
        match source[at..].chars().next() {
            Some('|') => at += 1,
            Some(')') => return Ok((atoms, at + 1)),
            _ => return Err((at, "`|` or `)` was expected".into())),
        }
    }
}

fn atom(source: &str) -> Result<(String, usize), (usize, String)> {
    let len = source
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '@' | '?' | ':')))
        .unwrap_or(source.len());
    if len == 0 {
        return Err((0, "a concept or entity was expected".into()));
    }
    Ok((source[..len].to_owned(), len))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn groups_order_and_absence() {
        let expr = parse("reach & (app | @phone) > pay & !not").unwrap();
        assert_eq!(expr.groups.len(), 3);
        assert_eq!(expr.groups[1].atoms, ["app", "@phone"]);
        assert!(expr.groups[2].after_previous && !expr.groups[1].after_previous);
        assert_eq!(expr.absent, ["not"]);
    }

    #[test]
    fn distance_and_absence_from_what_is_exempt() {
        let expr = parse("app >2 @question & move &0 me & !not & !!(refuse | here)").unwrap();
        assert_eq!(expr.groups.iter().map(|group| group.within).collect::<Vec<_>>(), [None, Some(2), None, Some(0)]);
        assert_eq!(expr.absent, ["not"]);
        assert_eq!(expr.banned, ["refuse", "here"]);
    }

    #[test]
    fn faults_have_a_place() {
        for (source, at) in [("", 0), ("a &", 3), ("(a", 2), ("a b", 2), ("!a", 0), ("a & (b c)", 7)] {
            assert_eq!(parse(source).unwrap_err().0, at, "{source}");
        }
    }
}
