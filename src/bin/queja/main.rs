fn main() {
    let pack = match queja::RulePack::from_dir("rules") { Ok(p)=>p, Err(e)=>{eprintln!("{e}"); std::process::exit(2)} };
    let t=std::time::Instant::now();
    let d = queja::Detector::builder().rules(pack).build();
    eprintln!("built in {:?}", t.elapsed());
    for l in std::io::stdin().lines() { let l=l.unwrap(); let e=d.explain(l.as_str()); println!("{}", serde_json::to_string(&e).unwrap()); }
}
