//! Whole files of each format, and files of none.

use std::io::{Cursor, Read, Write};

use super::*;

/// Items of an input, and the reader after them.
fn items(bytes: impl Into<Vec<u8>>, name: &str, options: &Options) -> (Vec<Item>, Reader) {
    let mut reader = read(Cursor::new(bytes.into()), name, options).expect("a chat");
    let items: Vec<Item> = (&mut reader).collect();
    assert_eq!(reader.read_count() + reader.skipped_count(), items.len() as u64);
    for (index, item) in items.iter().enumerate() {
        let source = match item {
            Item::Record(record) => &record.source,
            Item::Skipped(skipped) => &skipped.source,
        };
        assert_eq!(source.record, index as u64);
    }
    (items, reader)
}

/// One line per item: line of the file, sender, text.
fn shown(items: &[Item]) -> Vec<String> {
    items
        .iter()
        .map(|item| match item {
            Item::Record(record) => format!(
                "{} {}{}: {}",
                record.source.line.unwrap_or(0),
                if record.service { "*" } else { "" },
                record.sender.as_deref().unwrap_or("-"),
                record.text
            ),
            Item::Skipped(skipped) => {
                format!("{} ! {}", skipped.source.line.unwrap_or(0), skipped.reason)
            }
        })
        .collect()
}

fn plain(bytes: impl Into<Vec<u8>>, name: &str) -> (Vec<String>, Reader) {
    let (items, reader) = items(bytes, name, &Options::new());
    (shown(&items), reader)
}

fn record(item: &Item) -> &Record {
    match item {
        Item::Record(record) => record,
        Item::Skipped(skipped) => panic!("{skipped}"),
    }
}

fn refused(bytes: &[u8], name: &str) -> String {
    read(Cursor::new(bytes.to_vec()), name, &Options::new()).expect_err("no chat").to_string()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

const LINES: &str = "{\"id\":7,\"conversation\":\"c\",\"sender\":\"Ana\",\"role\":\"buyer\",\"sent_at\":\"2026-05-04T09:12:00Z\",\"order_state\":\"open\",\"lang\":\"en\",\"text\":\"is it blue?\"}\n\n{\"text\":\"a \\\"b\\\"\",\"id\":null,\"extra\":[{\"text\":1}]}\r\n";

#[test]
fn json_lines() {
    let (items, reader) = items(LINES, "-", &Options::new());
    assert_eq!((reader.format(), reader.why()), (Format::JsonLines, "lines are whole JSON objects"));
    let first = record(&items[0]);
    assert_eq!(first.id.as_deref(), Some("7"));
    assert_eq!(first.conversation.as_deref(), Some("c"));
    assert_eq!(first.sender.as_deref(), Some("Ana"));
    assert_eq!(first.role.as_deref(), Some("buyer"));
    assert_eq!(first.sent_at.as_deref(), Some("2026-05-04T09:12:00Z"));
    assert_eq!(first.order_state.as_deref(), Some("open"));
    assert_eq!(first.lang.as_deref(), Some("en"));
    assert_eq!(first.text, "is it blue?");
    let second = record(&items[1]);
    assert_eq!((second.text.as_str(), second.id.as_deref()), ("a \"b\"", None));
    assert_eq!(second.source.line, Some(3));
    let source = serde_json::to_string(&second.source).expect("JSON");
    assert_eq!(source, "{\"file\":\"-\",\"record\":1,\"line\":3}");
}

#[test]
fn broken_json_lines_cost_a_record_each() {
    let text = "{\"text\":\"one\"}\n{\"text\":\"two\n{\"body\":\"x\",\"who\":\"y\"}\n[1]\n7\n{\"text\":[]}\n{\"text\":42}\n{\"text\":\"\"} x\n\0\n{\"text\":\"last\"}";
    let (shown, reader) = plain(text, "-");
    let expected = [
        "1 -: one",
        "2 ! broken JSON: EOF while parsing a string (column 12)",
        "3 ! `text` is missing or null; fields seen: body, who",
        "4 ! it is no JSON object",
        "5 ! it is no JSON object",
        "6 ! `text` is an array, not a text",
        "7 -: 42",
        "8 ! broken JSON: trailing characters (column 13)",
        "9 ! broken JSON: expected value (column 1)",
        "10 -: last",
    ];
    assert_eq!(shown, expected);
    assert_eq!((reader.read_count(), reader.skipped_count(), reader.fault()), (3, 7, None));
}

#[test]
fn keys_by_synonym_and_by_path() {
    let text =
        "{\"message\":\"hi\",\"from\":\"Ana\",\"timestamp\":1573654738,\"author\":{\"name\":\"Bo\",\"a\":{\"b\":1}}}\n";
    let (found, _) = items(text, "-", &Options::new());
    let first = record(&found[0]);
    assert_eq!((first.text.as_str(), first.sender.as_deref()), ("hi", Some("Ana")));
    assert_eq!(first.sent_at.as_deref(), Some("2019-11-13T14:18:58Z"));

    let mapping = "text=message,sender=author.name,id=author.a.b".parse().expect("a mapping");
    let (found, _) = items(text, "-", &Options::new().map(&mapping));
    let first = record(&found[0]);
    assert_eq!((first.sender.as_deref(), first.id.as_deref()), (Some("Bo"), Some("1")));

    let error = refused(b"{\"message\":\"a\",\"body\":\"b\"}\n", "in.jsonl");
    assert_eq!(error, "in.jsonl: several keys may be the text: body, message; choose one, such as --map text=body");
}

#[test]
fn json_documents() {
    let array = "[\n {\"text\":\"one\"},\n {\"text\":\"two\n\"}, 5,\n {\n\"text\": \"three\"}\n]\n";
    let (shown, reader) = plain(array, "-");
    assert_eq!(reader.format(), Format::Json);
    let expected = [
        "2 -: one",
        "3 ! broken JSON: control character (\\u0000-\\u001F) found while parsing a string (line 2 of the record, column 0)",
        "4 ! it is no JSON object",
        "5 -: three",
    ];
    assert_eq!(shown, expected);

    let (shown, _) = plain("{\n \"text\": \"one\"\n}\n{\n \"text\": \"two\"\n}", "-");
    assert_eq!(shown, ["1 -: one", "4 -: two"]);

    let (shown, reader) = plain("[{\"text\":\"one\"},{\"text\":\"tw", "-");
    assert_eq!(shown, ["1 -: one", "1 ! the file ends inside this record"]);
    assert_eq!(reader.fault(), Some("the file ends inside this record"));

    assert_eq!(plain("[]", "-").0, [""; 0]);
}

#[test]
fn tables() {
    let table: [(&str, &str, &[&str]); 6] = [
        ("a.csv", "Date,User,Message\n2026-05-04 10:00:00,Ana,\"one\ntwo\"\n,,\n", &["2 Ana: one\ntwo", "4 -: "]),
        ("a.tsv", "text\tsender\nhi, you\tAna\n", &["2 Ana: hi, you"]),
        (
            "-",
            "from|body\nAna|hi\n\nBo|x|more\nBo\n",
            &["2 Ana: hi", "4 Bo: x", "5 ! the row has 1 fields, and `body` is number 2"],
        ),
        ("-", "sep=;\r\nauthor;content\r\nAna;a,b\r\n", &["3 Ana: a,b"]),
        ("a.csv", "text\nhi\n", &["2 -: hi"]),
        ("-", "from;text\n\"Ana\";\"open\nBo;\"x\"\n", &["2 Ana: open", "3 Bo: x"]),
    ];
    for (name, text, expected) in table {
        assert_eq!(plain(text, name).0, expected, "{text:?}");
    }
    let (found, _) = items("Date,User,Message\n2026-05-04 10:00:00 UTC,Ana,hi\n", "-", &Options::new());
    assert_eq!(record(&found[0]).sent_at.as_deref(), Some("2026-05-04T10:00:00Z"));
}

#[test]
fn tables_that_need_a_mapping() {
    let bytes = b"when,who,said\n1,Ana,hi\n";
    assert_eq!(
        refused(bytes, "a.csv"),
        "a.csv: no column can be told to be the text; its columns are when, who, said; name one with --map, such as --map text=COLUMN"
    );
    let options = Options::new().map(&"text=said,sender=who".parse().expect("a mapping"));
    let (found, reader) = items(*bytes, "-", &options);
    assert_eq!((shown(&found), reader.format()), (vec!["2 Ana: hi".to_owned()], Format::Csv));
    let options = options.map(&"sender=nobody".parse().expect("a mapping"));
    let error = read(Cursor::new(bytes), "a.csv", &options).expect_err("no column");
    assert_eq!(error.fault(), "it has no column `nobody` for sender; its columns are when, who, said");
    assert_eq!(
        refused(b"body,message,id\na,b,c\n", "a.csv"),
        "a.csv: several columns may be the text: body, message; choose one, such as --map text=body"
    );
}

#[test]
fn whatsapp_android() {
    let text = "13/05/2026, 09:11 - Ana made the group\n13/05/2026, 09:12 - Ana: one\n\ntwo\n\n13/05/2026, 09:12 - Shop:24h: a: b\n13/05/2026, 09:13 - Shop:24h:\n[13/05/2026, 09:13:00] Bo: quoted\n\n";
    let (found, reader) = items(text, "in/WhatsApp Chat with Ana.txt", &Options::new());
    assert_eq!(reader.format(), Format::WhatsApp);
    assert_eq!(shown(&found)[..3], ["1 *-: Ana made the group", "2 Ana: one\n\ntwo", "6 Shop:24h: a: b"]);
    assert_eq!(record(&found[1]).conversation.as_deref(), Some("WhatsApp Chat with Ana"));
    assert_eq!(record(&found[1]).sent_at.as_deref(), Some("2026-05-13T09:12:00"));
}

#[test]
fn whatsapp_ios_and_a_quotation_in_it() {
    let mut text = String::new();
    text.extend(
        (10..20)
            .map(|minute| format!("\u{200e}[5/13/26, 9:{minute}:00\u{202f}PM] \u{202a}Ana\u{202c}: \u{200e}image\r\n")),
    );
    text += "13/05/2026, 09:13 - Bo: pasted\r\n";
    let (found, _) = items(text, "_chat.txt", &Options::new());
    assert_eq!(found.len(), 10);
    assert_eq!(record(&found[0]).text, "\u{200e}image");
    assert_eq!(record(&found[0]).sender.as_deref(), Some("Ana"));
    assert_eq!(record(&found[9]).sent_at.as_deref(), Some("2026-05-13T21:19:00"));
    assert_eq!(record(&found[9]).text, "\u{200e}image\n13/05/2026, 09:13 - Bo: pasted");
}

#[test]
fn whatsapp_text_before_the_first_header_is_kept() {
    let (shown, _) = plain("\nthe end of something\n13.05.26, 09:12 - Ana: hi", "-");
    assert_eq!(shown, ["2 -: the end of something", "3 Ana: hi"]);
}

#[test]
fn whatsapp_order_from_the_whole_file() {
    // The beginning leaves it open; only a second look at the file can tell.
    let mut text = "01/02/2026, 10:00 - Ana: so long a talk on one day\n".repeat(4000);
    text += "13/02/2026, 10:00 - Ana: bye\n";
    let path = std::env::temp_dir().join(format!("queja-chatlog-{}.txt", std::process::id()));
    std::fs::write(&path, &text).expect("a temporary file");
    let first = open(&path, &Options::new()).expect("a chat").next();
    std::fs::remove_file(&path).expect("the temporary file");
    assert_eq!(record(&first.expect("an item")).sent_at.as_deref(), Some("2026-02-01T10:00:00"));
    let (found, _) = items(text, "-", &Options::new());
    assert_eq!(record(&found[0]).sent_at.as_deref(), Some("01/02/2026, 10:00"));
    assert_eq!(record(&found[4000]).sent_at.as_deref(), Some("2026-02-13T10:00:00"));
}

#[test]
fn telegram_chat() {
    let text = r#"{"name": "Ana", "type": "personal_chat", "id": 5, "messages": [
  {"id": 1, "type": "service", "actor": "Ana", "date": "2026-05-04T11:00:00", "text": ""},
  {"id": 2, "type": "message", "date": "2026-05-04T11:12:00", "date_unixtime": "1573654738", "from": "Ana", "from_id": 9,
   "text": ["see ", {"type": "text_link", "text": "this", "href": "https://a.example/x"}, {"type": "bold", "text": "!"}]},
  {"id": 3, "type": "message", "date": "2026-05-04T11:13:00", "from": null, "from_id": "user4", "text": "plain"},
  {"id": 4, "type": "message", "from": "Ana", "text": 5, "text_entities": [{"type": "plain", "text": "other"}]},
  {"id": 5, "type": "message", "from": "Ana", "text": "", "contact_information": {"first_name": "Bo", "last_name": "", "phone_number": "+1 555"}},
  {"id": 6, "type": "message", "text": "a" "b"},
  {"id": 7, "type": "message", "text": "cut
"#;
    let (found, reader) = items(text, "result.json", &Options::new());
    assert_eq!(reader.format(), Format::Telegram);
    let expected = [
        "2 *Ana: ",
        "3 Ana: see this!",
        "5 user4: plain",
        "6 Ana: other",
        "7 Ana: ",
        "8 ! broken JSON: expected `,` or `}` (column 42)",
        "9 ! the file ends inside this record",
    ];
    assert_eq!(shown(&found), expected);
    let link = record(&found[1]);
    assert_eq!(link.hidden, [Hidden { label: "this".to_owned(), target: "https://a.example/x".to_owned() }]);
    assert_eq!(link.sent_at.as_deref(), Some("2019-11-13T14:18:58Z"));
    assert_eq!(link.conversation.as_deref(), Some("Ana"));
    assert_eq!(record(&found[2]).sent_at.as_deref(), Some("2026-05-04T11:13:00"));
    assert_eq!(record(&found[4]).hidden, [Hidden { label: "Bo".to_owned(), target: "+1 555".to_owned() }]);
}

#[test]
fn telegram_account() {
    let text = r#"{"about": "x", "personal_information": {"user_id": 1, "name": "me"}, "contacts": {"list": [{"messages": 1}]},
 "chats": {"about": "y", "list": [
  {"name": "Ana", "id": 1, "messages": [{"type": "message", "from": "Ana", "text": "one"}]},
  {"name": "Ana", "id": 2, "messages": [{"type": "message", "from": "Ana", "text": "two"}]},
  {"name": null, "id": 3, "messages": [], "other": [1, {"messages": []}]},
  {"id": 4, "messages": [{"type": "message", "from": "Bo", "text": "three"}]}]},
 "left_chats": {"list": [{"name": "Group", "messages": [{"type": "message", "from": "Bo", "text": "four"}]}]}}"#;
    let (found, _) = items(text, "-", &Options::new());
    let expected = ["Ana one", "Ana (2) two", "4 three", "Group four"];
    let found: Vec<_> = found
        .iter()
        .map(record)
        .map(|record| format!("{} {}", record.conversation.as_deref().unwrap_or("-"), record.text))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn packed_and_encoded() {
    let (expected, _) = plain(LINES, "-");
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(LINES.as_bytes());
    let twice = [gzip(&LINES.as_bytes()[..10]), gzip(&LINES.as_bytes()[10..])].concat();
    let variants = [
        gzip(LINES.as_bytes()),
        twice,
        gzip(&marked),
        gzip(&utf16(LINES, false)),
        utf16(LINES, false),
        utf16(LINES, true),
        marked,
    ];
    for (index, bytes) in variants.into_iter().enumerate() {
        let (shown, reader) = plain(bytes, "-");
        assert_eq!((shown, reader.lossy_count()), (expected.clone(), 0), "variant {index}");
    }
    let table = "sender\ttext\nAna\t\u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}\n";
    assert_eq!(plain(utf16(table, false), "-").0, ["2 Ana: \u{43f}\u{440}\u{438}\u{432}\u{435}\u{442}"]);
}

#[test]
fn a_truncated_archive_gives_what_it_has() {
    let mut noise = Noise(7);
    let mut lines = String::new();
    lines.extend((0..20_000).map(|_| format!("{{\"text\":\"{}\"}}\n", noise.next())));
    let packed = gzip(lines.as_bytes());
    let (items, reader) = items(&packed[..packed.len() / 2], "-", &Options::new());
    assert!(items.len() > 5_000 && items.len() < 15_000);
    assert!(reader.fault().is_some_and(|fault| fault.starts_with("the rest of the file can't be read")));
    assert_eq!(reader.skipped_count(), 1);
}

#[test]
fn invalid_text_is_mended_and_counted() {
    let (shown, reader) = plain(b"{\"text\":\"a\xffb\"}\n{\"text\":\"c\"}\n".to_vec(), "-");
    assert_eq!((shown, reader.lossy_count()), (vec!["1 -: a\u{fffd}b".to_owned(), "2 -: c".to_owned()], 1));
    let (shown, reader) = plain(b"13.05.26, 09:12 - Ana: a\xff\nb\xff\n".to_vec(), "-");
    assert_eq!((shown, reader.lossy_count()), (vec!["1 Ana: a\u{fffd}\nb\u{fffd}".to_owned()], 1));
    let mut odd = utf16("{\"text\":\"a\"}\n", false);
    odd.extend_from_slice(&[0x00, 0xd8]);
    assert_eq!(plain(odd, "-").1.lossy_count(), 1);
}

#[test]
fn zero_bytes_are_text() {
    assert_eq!(plain("{\"text\":\"a\\u0000b\"}", "-").0, ["1 -: a\0b"]);
    assert_eq!(plain("13.05.26, 09:12 - Ana: a\0b", "-").0, ["1 Ana: a\0b"]);
    assert_eq!(plain("text,sender\na\0b,Ana", "-").0, ["2 Ana: a\0b"]);
}

#[test]
fn what_is_no_chat() {
    assert_eq!(refused(b"", "a.txt"), "a.txt: it is empty; export the chat again");
    assert_eq!(refused(b"\xef\xbb\xbf \n", "a.txt"), "a.txt: it is empty; export the chat again");
    assert_eq!(refused(&gzip(b""), "a.gz"), "a.gz: it is empty; export the chat again");
    assert!(
        refused(b"just words\nand more\n", "a.txt")
            .starts_with("a.txt: its format can't be told; name it with --input-format; there are jsonl, ")
    );
    assert!(refused(b"PK\x03\x04....", "a.zip").starts_with("a.zip: it is a zip archive"));
    assert!(refused(b"\x1f\x8bnonsense and more of it", "a.gz").starts_with("a.gz: it can't be read"));
    let missing = open("/no/such/file", &Options::new()).expect_err("no file").to_string();
    assert!(missing.starts_with("/no/such/file: it can't be read: ") && missing.ends_with("; check the path"));
    let folder = open(std::env::temp_dir(), &Options::new()).expect_err("a folder");
    assert_eq!((folder.fault(), folder.cure()), ("it is a folder, not a file", "name the files in it"));
}

/// `count` times `byte`, without the memory for it.
fn many(byte: u8, count: u64) -> impl Read + Send {
    std::io::repeat(byte).take(count)
}

#[test]
fn a_giant_record_is_skipped_and_the_rest_read() {
    let size = 17 << 20;
    let cases: [(&'static str, &'static str); 6] = [
        ("{\"text\":\"a\"}\n{\"text\":\"", "\"}\n{\"text\":\"b\"}\n"),
        ("[{\"text\":\"a\"},{\"text\":\"", "\"},{\"text\":\"b\"}]"),
        ("text,sender\na,\n", "\nb,\n"),
        ("13.05.26, 09:12 - Ana: a\n13.05.26, 09:12 - Ana: ", "\nmore\n13.05.26, 09:12 - Ana: b"),
        ("13.05.26, 09:12 - Ana: a\n13.05.26, 09:12 - Ana: c\n", "\nmore\n13.05.26, 09:12 - Ana: b"),
        ("{\"type\":\"personal_chat\",\"messages\":[{\"text\":\"a\"},{\"text\":\"", "\"},{\"text\":\"b\"}]}"),
    ];
    for (before, after) in cases {
        let file = Cursor::new(before).chain(many(b'x', size)).chain(Cursor::new(after));
        let texts: Vec<_> = read(file, "-", &Options::new())
            .expect("a chat")
            .map(|item| match item {
                Item::Record(record) => record.text,
                Item::Skipped(skipped) => skipped.reason,
            })
            .collect();
        assert_eq!((texts[0].as_str(), texts[2].as_str(), texts.len()), ("a", "b", 3), "{before}");
        assert!(texts[1].ends_with("is longer than the limit of 16777216 bytes"), "{}", texts[1]);
    }
    let options = Options::new().max_text(3);
    let (found, _) = items("{\"text\":\"1234\"}\n{\"text\":\"123\"}\n", "-", &options);
    assert_eq!(shown(&found), ["1 ! the text is longer than the limit of 3 bytes", "2 -: 123"]);
}

/// Numbers without order, the same each time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or(0)
    }
}

#[test]
fn no_input_panics() {
    const PIECES: [&str; 40] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ":",
        ",",
        "\n",
        "\r\n",
        "\t",
        ";",
        "|",
        " ",
        "text",
        "sender",
        "\"text\":",
        "\"messages\":[",
        "\"chats\":{\"list\":[",
        "\"type\":\"personal_chat\"",
        "null",
        "1e999",
        "13/05/2026, ",
        "09:12",
        " - ",
        "Ana: ",
        "\u{202f}PM",
        "\u{200e}",
        "\u{661}",
        "]",
        "[",
        "\u{1e950}",
        "sep=;",
        "\0",
        "\u{feff}",
        "\"\"",
        "00000000000",
        "\u{433}.",
        "-",
        "\u{e9}",
    ];
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4_000 {
        let mut bytes = Vec::new();
        for _ in 0..noise.below(60) {
            match noise.below(12) {
                0 => bytes.push(noise.next().to_le_bytes()[0]),
                _ => bytes.extend_from_slice(PIECES[noise.below(PIECES.len())].as_bytes()),
            }
        }
        let bytes = match noise.below(8) {
            0 => gzip(&bytes),
            1 => [&[0xff, 0xfe][..], &bytes].concat(),
            _ => bytes,
        };
        let formats = Format::ALL.map(Some).into_iter().chain([None]);
        for format in formats {
            let mut options = Options::new().max_text(40).max_record(80);
            options.format = format;
            let Ok(mut reader) = read(Cursor::new(bytes.clone()), "-", &options) else {
                continue;
            };
            let count = (&mut reader).count() as u64;
            assert_eq!(count, reader.read_count() + reader.skipped_count());
        }
    }
}

#[test]
fn a_reader_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Reader>();
    is_send::<OpenError>();
}
