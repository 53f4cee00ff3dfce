use queja::eval::*;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let dir = std::env::var("RULES").unwrap_or("rules".into());
    let pack = match queja::RulePack::from_dir(&dir) { Ok(p)=>p, Err(e)=>{eprintln!("{e}"); std::process::exit(2)} };
    let t=std::time::Instant::now();
    let d = queja::Detector::builder().rules(pack).build();
    eprintln!("built in {:?}", t.elapsed());
    if a.len()==1 {
    for l in std::io::stdin().lines() { let l=l.unwrap(); let e=d.explain(l.as_str());
        println!("TEXT   {l}\nFOLDED {}", e.folded);
        for c in &e.concepts { println!("   {:?} {:?} {:?}", c.span.text, c.concepts, c.lang); }
        for n in &e.neutral_numbers { println!("   neutral {:?}", n.text); }
        for n in &e.neutralisers { println!("   NEUTRALISED by {} {:?}", n.id, n.spans.iter().map(|s|&s.text).collect::<Vec<_>>()); }
        for e in &e.assessment.entities { println!("   ENTITY {:?}", e); }
        for s in &e.assessment.signals { println!("   SIGNAL {} {:?} {} {:?}", s.signal, s.direction, s.score, s.findings.iter().map(|f| (f.rule.clone(), f.spans.iter().map(|s|s.text.clone()).collect::<Vec<_>>())).collect::<Vec<_>>()); }
        println!("   => {:?} {}", e.assessment.level, e.assessment.score.value);
    } return; }
    let quiet = a[1]=="-q";
    let mut recs: Vec<Labelled> = vec![];
    for f in &a[if quiet {2} else {1}..] { for l in std::fs::read_to_string(f).unwrap().lines() { recs.push(serde_json::from_str(l).unwrap()); } }
    let e = Evaluation::of(&d,&recs);
    if !quiet { for m in &e.mistakes { println!("{} {} {:?} h{:?} {:.2} {:?}\n      | {}", if m.label==Label::Benign {"FP"} else {"FN"}, m.id, m.signals, m.hard, m.score, m.rules, m.text.replace('\n'," ⏎ ")); } }
    let p=|o:Option<f64>| o.map_or("-".into(),|v|format!("{v:.3}"));
    let show=|n:&str,c:&Counts| println!("{n:22} n={:5} P={} R={} F1={} FPR={}", c.total(), p(c.precision()), p(c.recall()), p(c.f1()), p(c.false_positive_rate()));
    for (l,c) in &e.by_language { show(l,c); } show("ALL", &e.overall());
    for (l,c) in &e.conversations { show(&format!("conv {l}"),c); } show("ALL conv", &e.overall_conversations());
    for (l,c) in &e.by_signal { println!("  signal {l:22} {}/{}", c.true_positives, c.total()); }
    for (l,c) in &e.by_evasion { println!("  evasion {l:22} {}/{}", c.true_positives, c.total()); }
    for (l,c) in &e.by_hard_class { println!("  hard {l} {}/{}", c.false_positives, c.total()); }
    println!("  direction {:?} late {}", e.directions, e.late);
}
