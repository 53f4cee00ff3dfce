//! Which column or key feeds which field of a record: the contract's names, synonyms that
//! warehouses and desks use, and what the caller maps.

use std::fmt;
use std::str::FromStr;

use super::Record;
use super::time;

/// A field of a [`Record`] that a column or key can feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// The text; the only one that must be there.
    Text,
    /// The identifier of the message.
    Id,
    /// The conversation.
    Conversation,
    /// The sender.
    Sender,
    /// The sender's role.
    Role,
    /// The time.
    SentAt,
    /// The state of the order.
    OrderState,
    /// The language.
    Lang,
}

impl Field {
    /// All fields; the text comes first.
    pub const ALL: [Field; 8] = [
        Field::Text,
        Field::Id,
        Field::Conversation,
        Field::Sender,
        Field::Role,
        Field::SentAt,
        Field::OrderState,
        Field::Lang,
    ];

    /// The name of the field, which is also the key that is read without a mapping.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Field::Text => "text",
            Field::Id => "id",
            Field::Conversation => "conversation",
            Field::Sender => "sender",
            Field::Role => "role",
            Field::SentAt => "sent_at",
            Field::OrderState => "order_state",
            Field::Lang => "lang",
        }
    }

    /// Names that mean the field when its own is absent, best first, in lower case without
    /// spaces, dashes and underscores.
    fn synonyms(self) -> &'static [&'static str] {
        match self {
            Field::Text => &["message", "body", "content", "msg", "messagetext", "strcontent", "contents", "plainbody"],
            Field::Id => &["messageid", "msgid"],
            Field::Conversation => {
                &["conversationid", "threadid", "chatid", "channelid", "roomid", "room", "ticketid", "orderid"]
            }
            Field::Sender => &[
                "sendername",
                "from",
                "author",
                "user",
                "username",
                "nickname",
                "fromuser",
                "creator",
                "senderid",
                "authorid",
            ],
            Field::Role => &["senderrole", "sendertype", "authortype"],
            Field::SentAt => {
                &["time", "timestamp", "datetime", "date", "createdat", "ts", "strtime", "createtime", "created"]
            }
            Field::OrderState => &["orderstatus"],
            Field::Lang => &["language", "locale"],
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column or key for each field that the caller names: `text=body,sender=author.name`.
///
/// For JSON the key may be a path with dots. A field that is not mapped is read from the key of
/// its own name or from a well-known synonym.
///
/// ```
/// use queja::chatlog::{Field, Mapping};
///
/// let mapping: Mapping = "text=body,sender=author.name".parse()?;
/// assert_eq!(mapping.get(Field::Sender), Some("author.name"));
/// assert!("txt=body".parse::<Mapping>().is_err());
/// # Ok::<(), queja::chatlog::MappingError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: [Option<String>; Field::ALL.len()],
}

impl Mapping {
    /// A mapping that maps nothing.
    #[must_use]
    pub fn new() -> Self {
        Mapping::default()
    }

    /// The same mapping with `field` read from `column`.
    #[must_use]
    pub fn with(mut self, field: Field, column: impl Into<String>) -> Self {
        self.columns[field as usize] = Some(column.into());
        self
    }

    /// The column or path that `field` is read from, where the caller named one.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.columns[field as usize].as_deref()
    }

    /// The mapping with what `other` says on top of it.
    #[must_use]
    pub fn merged(mut self, other: &Mapping) -> Self {
        for (own, new) in self.columns.iter_mut().zip(&other.columns) {
            if new.is_some() {
                own.clone_from(new);
            }
        }
        self
    }
}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut mapping = Mapping::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let fault = |what: String| Err(MappingError { what });
            let Some((name, column)) = pair.split_once('=') else {
                return fault(format!("`{}` has no `=`; write field=column", pair.trim()));
            };
            let (name, column) = (name.trim(), column.trim());
            let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) else {
                let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
                return fault(format!("no field is called `{name}`; there are {}", known.join(", ")));
            };
            if column.is_empty() {
                return fault(format!("`{name}=` names no column"));
            }
            if mapping.get(field).is_some() {
                return fault(format!("`{name}` is mapped twice"));
            }
            mapping = mapping.with(field, column);
        }
        Ok(mapping)
    }
}

/// A mapping that can't be understood; it says what is wrong and what is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingError {
    what: String,
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for MappingError {}

/// A column name as it is compared: lower case, without spaces, dashes and underscores.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '\u{feff}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether some column of a header means the text.
pub(super) fn has_text<S: AsRef<str>>(columns: &[S], mapping: &Mapping) -> bool {
    match mapping.get(Field::Text) {
        Some(wanted) => columns.iter().any(|name| same(name.as_ref(), wanted)),
        None => columns.iter().any(|name| {
            let name = plain(name.as_ref());
            name == Field::Text.name() || Field::Text.synonyms().contains(&name.as_str())
        }),
    }
}

/// Whether a column is the one the caller named.
fn same(name: &str, wanted: &str) -> bool {
    name.trim() == wanted || name.trim().eq_ignore_ascii_case(wanted)
}

/// Where one field comes from: an index into the names the plan was made of.
pub(super) struct Found {
    pub(super) field: Field,
    pub(super) column: usize,
}

/// Why no column could be chosen for the text or for a mapped field.
#[derive(Debug)]
pub(super) enum NoColumn {
    /// The caller's column is not there.
    Mapped { field: Field, wanted: String },
    /// Nothing means the text.
    NoText,
    /// Several columns may be the text.
    Tie(Vec<String>),
}

/// Chooses a column for each field. Faults come in the order of [`Field::ALL`].
pub(super) fn choose<S: AsRef<str>>(columns: &[S], mapping: &Mapping) -> Result<Vec<Found>, NoColumn> {
    let names: Vec<String> = columns.iter().map(|name| plain(name.as_ref())).collect();
    let mut chosen = Vec::new();
    for field in Field::ALL {
        if let Some(wanted) = mapping.get(field) {
            let exact = columns.iter().position(|name| name.as_ref().trim() == wanted);
            let close = || columns.iter().position(|name| same(name.as_ref(), wanted));
            let Some(column) = exact.or_else(close) else {
                return Err(NoColumn::Mapped { field, wanted: wanted.to_owned() });
            };
            chosen.push(Found { field, column });
            continue;
        }
        let own = plain(field.name());
        let mut candidates: Vec<usize> = (0..names.len()).filter(|&column| names[column] == own).collect();
        if candidates.is_empty() {
            for synonym in field.synonyms() {
                candidates.extend((0..names.len()).filter(|&column| names[column] == *synonym));
            }
        }
        if field == Field::Text && candidates.len() > 1 {
            candidates.sort_unstable();
            let tied = candidates.iter().map(|&column| columns[column].as_ref().trim().to_owned());
            return Err(NoColumn::Tie(tied.collect()));
        }
        match candidates.first() {
            Some(&column) => chosen.push(Found { field, column }),
            None if field == Field::Text => return Err(NoColumn::NoText),
            None => {}
        }
    }
    Ok(chosen)
}

/// Puts a value into the field of a record; an empty one counts as absent, except for the text.
pub(super) fn put(record: &mut Record, field: Field, value: String) {
    let place = match field {
        Field::Text => {
            record.text = value;
            return;
        }
        Field::Id => &mut record.id,
        Field::Conversation => &mut record.conversation,
        Field::Sender => &mut record.sender,
        Field::Role => &mut record.role,
        Field::SentAt => {
            record.sent_at = Some(time::normalise(value)).filter(|value| !value.is_empty());
            return;
        }
        Field::OrderState => &mut record.order_state,
        Field::Lang => &mut record.lang,
    };
    *place = Some(value).filter(|value| !value.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str], mapping: &str) -> Result<Vec<(Field, usize)>, NoColumn> {
        let mapping = mapping.parse().expect("a mapping");
        let found = choose(names, &mapping)?;
        Ok(found.iter().map(|found| (found.field, found.column)).collect())
    }

    #[test]
    fn synonyms_ignore_case_and_spaces() {
        let names = ["CONVERSATION ID", "From", "DATE", "Content"];
        let expected = vec![(Field::Text, 3), (Field::Conversation, 0), (Field::Sender, 1), (Field::SentAt, 2)];
        assert_eq!(columns(&names, "").expect("columns"), expected);
    }

    #[test]
    fn own_name_beats_a_synonym() {
        assert_eq!(columns(&["body", "Text"], "").expect("columns"), vec![(Field::Text, 1)]);
    }

    #[test]
    fn a_tie_is_a_question() {
        assert!(matches!(columns(&["body", "message"], ""), Err(NoColumn::Tie(names)) if names == ["body", "message"]));
        assert_eq!(columns(&["body", "message"], "text=body").expect("columns"), vec![(Field::Text, 0)]);
    }

    #[test]
    fn mapped_column_must_exist() {
        assert!(matches!(columns(&["a", "b"], ""), Err(NoColumn::NoText)));
        assert!(matches!(columns(&["a", "text"], "sender=who"), Err(NoColumn::Mapped { field: Field::Sender, .. })));
    }

    #[test]
    fn faults_of_a_mapping() {
        let table = [
            (
                "txt=body",
                "no field is called `txt`; there are text, id, conversation, sender, role, sent_at, order_state, lang",
            ),
            ("text", "`text` has no `=`; write field=column"),
            ("text=", "`text=` names no column"),
            ("text=a,text=b", "`text` is mapped twice"),
        ];
        for (given, expected) in table {
            assert_eq!(given.parse::<Mapping>().expect_err("a fault").to_string(), expected);
        }
    }

    #[test]
    fn later_mappings_go_on_top() {
        let first: Mapping = "text=a,sender=b".parse().expect("a mapping");
        let merged = first.merged(&"text=c".parse().expect("a mapping"));
        assert_eq!((merged.get(Field::Text), merged.get(Field::Sender)), (Some("c"), Some("b")));
    }
}
