//! The tool as people run it: what goes in, what comes out, and with which exit status.
#![cfg(feature = "cli")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use assert_cmd::Command;
use serde_json::Value;

const MARKETPLACE: &str = "fixtures/samples/marketplace.jsonl";

/// Help, faults and small outputs: a case is a file.
#[test]
fn cases() {
    trycmd::TestCases::new().env("LC_ALL", "C").env("NO_COLOR", "1").case("tests/cmd/*.trycmd");
}

fn queja() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_queja"));
    command.env("LC_ALL", "C").env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run<const N: usize>(args: [&str; N]) -> Output {
    queja().args(args).output().expect("the tool runs")
}

/// The lines of `--output jsonl`, every one of them whole.
fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with('\n'), "the last line is whole");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An empty folder of this test.
fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a folder");
    dir
}

fn file(dir: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = dir.join(name);
    fs::write(&path, content).expect("a file");
    path.to_str().expect("a UTF-8 path").to_owned()
}

const GUILTY: &str = r#"{"id":"g","sender":"shop","text":"add me on WhatsApp +44 7700 900118"}"#;

#[test]
fn jsonl_has_the_keys_of_the_contract() {
    let output = run(["scan", "--output", "jsonl", "--lang", "es", MARKETPLACE]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let report = lines.iter().find(|line| line["level"] == "report").expect("a report");
    for key in [
        "id",
        "source",
        "conversation",
        "sender",
        "role",
        "sent_at",
        "score",
        "level",
        "signals",
        "entities",
        "evasion",
        "suggestion",
    ] {
        assert!(report.get(key).is_some(), "{key} is missing in {report}");
    }
    assert_eq!(report["source"]["file"], MARKETPLACE);
    assert_eq!(report["source"]["record"].as_u64().map(|record| record + 1), report["source"]["line"].as_u64());
    assert!(report["score"].as_f64().is_some_and(|score| (0.0..=1.0).contains(&score)));
    let signal = &report["signals"][0];
    assert!(signal["signal"].is_string() && signal["score"].is_number() && signal.get("direction").is_some());
    let finding = &signal["findings"][0];
    assert!(finding["rule"].is_string() && finding["weight"].is_number());
    let suggestion = &report["suggestion"];
    assert_eq!(suggestion["action"], "file_complaint");
    assert_eq!(suggestion["label"], "Presentar una queja");
    assert_eq!(suggestion["lang"], "es");
    for key in ["lost_protections", "advice", "evidence"] {
        assert!(suggestion[key].as_array().is_some_and(|list| !list.is_empty()), "{key}");
    }
    assert!(suggestion["evidence"][0]["quote"].is_string());
    assert!(suggestion["pack"]["version"].is_string());
    for line in lines.iter().filter(|line| line["level"] != "report") {
        assert!(line["suggestion"].is_null());
    }
}

#[test]
fn spans_are_bytes_of_the_text() {
    let texts: Vec<Value> = fs::read_to_string(MARKETPLACE)
        .expect("the sample")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let output = run(["scan", "--output", "jsonl", MARKETPLACE]);
    let mut seen = 0;
    for line in lines(&output) {
        let record = usize::try_from(line["source"]["record"].as_u64().expect("a record")).expect("a small number");
        let text = texts[record]["text"].as_str().expect("a text");
        let signals = line["signals"].as_array().expect("signals").iter();
        let findings = signals.flat_map(|signal| signal["findings"].as_array().expect("findings"));
        let spans = findings.flat_map(|finding| finding["spans"].as_array().expect("spans"));
        for span in spans.chain(line["entities"].as_array().expect("entities").iter().map(|entity| &entity["span"])) {
            let place = |key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("a small number");
            assert_eq!(&text[place("start")..place("end")], span["text"].as_str().expect("the text of a span"));
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn all_brings_every_message_back_and_threads_agree() {
    let one = run(["scan", "--output", "jsonl", "--all", "--threads", "1", MARKETPLACE]);
    let four = run(["scan", "--output", "jsonl", "--all", "--threads", "4", MARKETPLACE]);
    assert_eq!(one.stdout, four.stdout);
    let given = fs::read_to_string(MARKETPLACE).expect("the sample");
    let ids = |lines: Vec<Value>| lines.iter().map(|line| line["id"].clone()).collect::<Vec<_>>();
    let given = given.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(ids(lines(&one)), ids(given));
}

/// A conversation that goes on in the next batch is still remembered.
#[test]
fn batches_do_not_forget() {
    let dir = folder("batches");
    let mut content = String::new();
    // More records than a batch holds, and the pieces of a number on both sides of each border.
    for at in 0..5_000 {
        let text = ["so my number is", "07700", "900 123", "how big is the table?"][at % 4];
        let _ = writeln!(content, r#"{{"id":"{at}","conversation":"one","sender":"shop","text":"{text}"}}"#);
    }
    let chat = file(&dir, "chat.jsonl", content);
    let one = run(["scan", "--output", "jsonl", "--min-level", "report", "--threads", "1", &chat]);
    let two = run(["scan", "--output", "jsonl", "--min-level", "report", "--threads", "2", &chat]);
    assert_eq!(one.stdout, two.stdout);
    let reported = lines(&one).len();
    assert!(reported >= 1_250, "each of the 1,250 numbers is found, not {reported}");
}

#[test]
fn redact_leaves_no_contact_detail_readable() {
    let dir = folder("redact");
    let chat = file(
        &dir,
        "chat.jsonl",
        [
            r#"{"id":"1","sender":"+44 7700 900118","conversation":"a","text":"add me on WhatsApp +44 7700 900118 or mail ana.roca@shop.example"}"#,
            r#"{"id":"2","sender":"ACME","conversation":"a","text":"my WeChat is haoyue_led_5550"}"#,
            r#"{"id":"3","sender":"ACME","conversation":"b","text":"so my number is"}"#,
            r#"{"id":"4","sender":"ACME","conversation":"b","text":"07700"}"#,
            r#"{"id":"5","sender":"ACME","conversation":"b","text":"900 123"}"#,
            r#"{"id":"6","sender":"ACME","conversation":"c","text":"pay my personal account GB33 BUKB 2020 1555 5555 55"}"#,
        ]
        .join("\n"),
    );
    let open = run(["scan", "--output", "jsonl", "--all", &chat, MARKETPLACE]);
    let mut secrets: Vec<String> = Vec::new();
    for line in lines(&open) {
        for entity in line["entities"].as_array().expect("entities") {
            secrets.extend(
                [&entity["value"], &entity["span"]["text"]].into_iter().filter_map(Value::as_str).map(str::to_owned),
            );
        }
    }
    assert!(secrets.iter().any(|secret| secret.contains("900118")), "{secrets:?}");
    secrets.extend(["+44 7700 900118", "07700", "900 123", "ana.roca@shop.example"].map(str::to_owned));
    for output in ["jsonl", "csv", "human"] {
        let redacted = run(["scan", "--output", output, "--all", "--redact", &chat, MARKETPLACE]);
        let text = String::from_utf8(redacted.stdout).expect("UTF-8");
        assert!(text.contains('•'));
        // Wrapped lines and gutters may stand inside a number.
        let plain: String = text.replace("\n  │ ", " ");
        for secret in &secrets {
            assert!(
                !text.contains(secret.as_str()) && !plain.contains(secret.as_str()),
                "{output}: {secret} is readable"
            );
        }
    }
}

#[test]
fn formats_are_detected_and_hidden_links_read() {
    let output = run(["scan", "--output", "jsonl", "fixtures/samples"]);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    for file in ["whatsapp-android.txt", "telegram-result.json", "marketplace.jsonl", "export.csv", "broken.jsonl"] {
        let name = format!("fixtures/samples/{file}");
        assert!(lines.iter().any(|line| line["source"]["file"] == name && line["level"] == "report"), "{name}");
    }
    let hidden = lines.iter().find(|line| line.get("hidden").is_some()).expect("a hidden link");
    assert!(hidden["hidden"][0].as_str().is_some_and(|target| target.contains("wa.me")));
    assert!(stderr(&output).contains("skipped 3"), "{}", stderr(&output));
}

#[test]
fn packed_standard_input() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("{GUILTY}\n").as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let output = queja().args(["scan", "--output", "jsonl", "-"]).write_stdin(packed).output().expect("the tool runs");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output)[0]["source"]["file"], "-");
}

#[test]
fn closed_pipe_is_no_error() {
    let dir = folder("pipe");
    let chat = file(&dir, "chat.jsonl", format!("{GUILTY}\n").repeat(2_000));
    for (output, threads) in [("jsonl", "1"), ("human", "2"), ("csv", "2")] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_queja"))
            .args(["scan", "--output", output, "--all", "--threads", threads, &chat])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool runs");
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut [0; 64]).expect("the beginning of the output");
        drop(stdout);
        let outcome = child.wait_with_output().expect("it ends");
        assert_eq!((outcome.status.code(), stderr(&outcome).as_str()), (Some(0), ""), "{output}");
    }
}

#[test]
fn nothing_to_report_is_zero() {
    let dir = folder("clear");
    let chat = file(&dir, "chat.jsonl", r#"{"text":"is the oak table still for sale?"}"#);
    let output = run(["scan", "--output", "jsonl", &chat]);
    assert_eq!((output.status.code(), output.stdout.len(), stderr(&output).as_str()), (Some(0), 0, ""));
}

/// What can't be read is told with its place, and the exit status is 2.
#[test]
fn nothing_readable_is_two() {
    let dir = folder("unreadable");
    let empty = file(&dir, "empty.jsonl", "");
    let binary = file(&dir, "noise.bin", [0, 159, 146, 150, 0, 1, 2, 3, 255, 254, 0, 7].repeat(50));
    let unknown = file(&dir, "prose.xyz", "just some words\nand others\n");
    let broken = file(&dir, "broken.jsonl", "{\"text\": \"cut sh\n");
    let missing = dir.join("missing.jsonl").display().to_string();
    let hollow = dir.join("hollow");
    fs::create_dir(&hollow).expect("a folder");
    let hollow = hollow.display().to_string();
    for place in [&empty, &binary, &unknown, &broken, &missing, &hollow] {
        let output = run(["scan", "--output", "jsonl", place]);
        assert_eq!(output.status.code(), Some(2), "{place}");
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).contains(place.as_str()), "{place} is not named in {}", stderr(&output));
    }
}

#[test]
fn the_rest_is_still_scanned() {
    let dir = folder("rest");
    let good = file(&dir, "good.jsonl", GUILTY);
    let missing = dir.join("missing.jsonl").display().to_string();
    let output = run(["scan", "--output", "jsonl", &missing, &good]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines(&output).len(), 1);
    assert!(stderr(&output).contains(&missing) && stderr(&output).contains("1 file not read"), "{}", stderr(&output));

    let long = [format!("{{\"text\":\"{}\"}}", "a".repeat(50_000_000)), GUILTY.to_owned()].join("\n");
    let long = file(&dir, "long.jsonl", long);
    let output = run(["scan", "--output", "jsonl", &long]);
    assert_eq!((output.status.code(), lines(&output).len()), (Some(1), 1));
    assert!(stderr(&output).contains(&format!("{long}:1: ")), "{}", stderr(&output));

    let odd: Vec<u8> = [
        GUILTY.as_bytes(),
        b"\n{\"text\":\"bad \xff\xfe bytes\"}\n{\"text\":\"nul \0 raw\"}\n{\"text\":\"nul \\u0000 inside\"}\n",
    ]
    .concat();
    let odd = file(&dir, "odd.jsonl", odd);
    let output = run(["scan", "--output", "jsonl", "--all", &odd]);
    assert_eq!(output.status.code(), Some(1));
    assert!(lines(&output).len() >= 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("U+FFFD"), "{}", stderr(&output));
    fs::remove_file(long).expect("the long file goes");
}

#[test]
fn many_skipped_records_are_counted() {
    let dir = folder("skipped");
    let chat = file(&dir, "chat.jsonl", format!("{GUILTY}\n{}", "{\"text\": []}\n".repeat(50)));
    let output = run(["scan", "--output", "jsonl", &chat]);
    let said = stderr(&output);
    assert!(said.contains(":21: ") && !said.contains(":22: "), "{said}");
    assert!(said.contains("… and 30 more records skipped") && said.contains("read 1, skipped 50"), "{said}");
}

#[test]
fn nothing_of_a_stranger_acts_on_the_terminal() {
    let dir = folder("terminal");
    let chat = file(
        &dir,
        "chat.jsonl",
        r#"{"sender":"\u001b[2Jshop","text":"add me on WhatsApp \u001b]0;x\u0007 \u202e +44 7700 900118"}"#,
    );
    for output in ["human", "csv"] {
        let text = String::from_utf8(run(["scan", "--output", output, &chat]).stdout).expect("UTF-8");
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text}");
        assert!(text.contains('␛'), "{text}");
    }
}

#[test]
fn columns_are_mapped() {
    let dir = folder("mapped");
    let chat = file(&dir, "chat.jsonl", r#"{"body":"add me on WhatsApp +44 7700 900118","author":{"name":"Shop"}}"#);
    let output = run(["scan", "--output", "jsonl", "--map", "text=body", "--map", "sender=author.name", &chat]);
    assert_eq!(lines(&output)[0]["sender"], "Shop");
    let output = run(["scan", "--map", "txt=body", &chat]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no field is called `txt`"));
}

#[test]
fn staff_and_the_system_are_exempt_and_odd_roles_told() {
    let dir = folder("roles");
    let text = "add me on WhatsApp +44 7700 900118";
    let chat = file(
        &dir,
        "chat.jsonl",
        format!("{{\"role\":\"staff\",\"text\":\"{text}\"}}\n{{\"role\":\"wizard\",\"text\":\"{text}\"}}\n"),
    );
    let output = run(["scan", "--output", "jsonl", "--all", &chat]);
    let lines = lines(&output);
    assert_eq!((&lines[0]["level"], &lines[1]["level"]), (&"clear".into(), &"report".into()));
    assert_eq!((&lines[0]["role"], &lines[1]["role"]), (&"staff".into(), &"wizard".into()));
    assert!(stderr(&output).contains(":2: `wizard` is no role"), "{}", stderr(&output));
    assert_eq!(run(["scan", "--role", "system", "fixtures/samples/whatsapp-android.txt"]).status.code(), Some(0));
}

#[test]
fn explain_shows_every_stage() {
    let output = run(["explain", "--output", "json", "add me on WhatsApp, MOQ 300 pcs"]);
    assert_eq!(output.status.code(), Some(1));
    let stages: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for key in [
        "text",
        "folded",
        "concepts",
        "neutral_numbers",
        "neutralisers",
        "score",
        "terms",
        "level",
        "signals",
        "entities",
        "evasion",
        "suggestion",
    ] {
        assert!(stages.get(key).is_some(), "{key}");
    }
    let human = queja().args(["explain", "-"]).write_stdin("add me on WhatsApp\n").output().expect("the tool runs");
    let text = String::from_utf8_lossy(&human.stdout).into_owned();
    for stage in
        ["text", "folded", "concepts", "neutral", "entities", "evasion", "exempted by", "signals", "score", "level"]
    {
        assert!(text.lines().any(|line| line.starts_with(stage)), "{stage} in {text}");
    }
}

#[test]
fn mask_changes_nothing_but_the_text() {
    let line = r#"{"z": 1e400, "text": "ring +44 7700 900118, ok?", "id": 12345678901234567890123, "text ": "+44 7700 900118"}"#;
    let output = queja().arg("mask").write_stdin(format!("{line}\n")).output().expect("the tool runs");
    assert_eq!(output.status.code(), Some(0));
    let expected = line.replacen("+44 7700 900118", "[phone]", 1);
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{expected}\n"));

    let output =
        queja().arg("mask").write_stdin("see you\nring +44 7700 900118\r\nbye").output().expect("the tool runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "see you\nring [phone]\r\nbye");

    let output =
        queja().arg("mask").write_stdin(format!("{line}\n{{\"text\": \"+44 77\n")).output().expect("the tool runs");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stdout).lines().count()), (Some(2), 1));
    assert!(stderr(&output).contains("-:2: left out"), "{}", stderr(&output));
}

#[test]
fn eval_measures_and_gates() {
    let dir = folder("eval");
    let labelled = file(
        &dir,
        "labelled.jsonl",
        [
            r#"{"id":"1","lang":"en","text":"add me on WhatsApp +44 7700 900118","label":"solicitation","signals":["messaging_app"]}"#,
            r#"{"id":"2","lang":"en","text":"is the table still for sale?","label":"benign"}"#,
            r#"{"id":"3","lang":"es","text":"una mesa de roble, nada más","label":"solicitation","signals":["messaging_app"]}"#,
        ]
        .join("\n"),
    );
    let output = run(["eval", "--output", "json", &labelled]);
    assert_eq!(output.status.code(), Some(0));
    let measured: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(measured["by_language"]["en"]["f1"], 1.0);
    assert_eq!(measured["messages"]["false_negatives"], 1);
    let output = run(["eval", "--min-f1", "0.9", "--max-fpr", "0", &labelled]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("F1 es"), "{}", stderr(&output));
    assert_eq!(
        run(["eval", "--lang", "en", "--min-f1", "0.9", "--output", "markdown", &labelled]).status.code(),
        Some(0)
    );

    let clean = file(
        &dir,
        "clean.jsonl",
        "{\"id\":\"1\",\"lang\":\"en\",\"text\":\"add me on WhatsApp +44 7700 900118\"}\n{\"id\":\n",
    );
    let output = run(["eval", "--unlabelled-as", "benign", "--max-reports", "0", &clean]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&format!("{clean}:2: ")), "{}", stderr(&output));
    let clean =
        file(&dir, "clean.jsonl", "{\"id\":\"1\",\"lang\":\"en\",\"text\":\"add me on WhatsApp +44 7700 900118\"}\n");
    let output = run(["eval", "--unlabelled-as", "benign", "--max-reports", "0", "--mistakes", &clean]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("falsely reported: 1"));
}

#[test]
fn rules_are_listed_shown_and_checked() {
    assert_eq!(run(["rules", "list", "--signal", "messaging_app"]).status.code(), Some(0));
    assert_eq!(run(["rules", "show", "messaging_app.invite"]).status.code(), Some(0));
    assert_eq!(run(["rules", "show", "no.such"]).status.code(), Some(2));
    serde_json::from_slice::<Value>(&run(["rules", "schema"]).stdout).expect("JSON");
    let dir = folder("rules");
    fs::create_dir(dir.join("signals")).expect("a folder");
    file(
        &dir,
        "signals/own.toml",
        "[[rule]]\nid = \"own.rule\"\ntitle = \"Mine\"\nsignal = \"no_such_signal\"\nweight = 0.8\nwhen = \"no_such_concept\"\n",
    );
    let dir = dir.display().to_string();
    for output in [run(["rules", "check", "--overlay", &dir]), run(["scan", "--rules", &dir, MARKETPLACE])] {
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(said.contains("own.toml:4:") && said.contains("own.toml:6:") && said.contains('^'), "{said}");
    }
}
