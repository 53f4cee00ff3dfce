//! What rules can say beyond words near each other: figures and questions, names by
//! language, refusals that answer, and what one message exempts in the next.

use queja::{Conversation, Detector, Level, Message};

fn reported(detector: &Detector, text: &str) -> bool {
    detector.assess(text).level == Level::Report
}

#[test]
fn messages() {
    let detector = Detector::new();
    for (text, wanted) in [
        // Two figures: one here, one outside.
        ("45 on here or 35 off it, your call", true),
        ("en direct ce serait 1 150, par le site 1 300, à vous de voir", true),
        ("45 for one or 80 for two, pay here", false),
        // A question that ends in a name, and the way to go.
        ("Telegram? I prefer to talk there today", true),
        ("u on the gram? wanna show u the other colourways", true),
        ("WhatsApp? No thanks, let's keep it here", false),
        ("saltiamo il passaggio in mezzo? te la lascio a cifra tonda", true),
        // A question that the writer answers by declining.
        ("¿Que te pague por Nequi? no señor, gracias", false),
        ("oxe, depositar na conta do seu irmão? de jeito nenhum", false),
        ("Предоплату на карту? Да ну вас. До свидания", false),
        ("magst du mir dein insta geben? will nicht dauernd in der dating app hängen", true),
        // A name that is sure in the language of the message.
        ("写真送りたいんですがLINEあります？", true),
        // A name that holds a neutralising word of another language.
        ("Tele\u{200c}gram: bottega_coralli, lì ho tutto il catalogo", true),
        // "Official" beside a link whose host nobody knows.
        ("Este es el enlace de pago seguro de la plataforma: https://pago-protegido.example.com/u/9931", true),
        // Spelled with a sign, not disguised.
        ("Gadu-Gadu 公开目录", false),
        ("wh4ts4pp ok?", true),
    ] {
        assert_eq!(reported(&detector, text), wanted, "{text}");
    }
}

/// How many of the messages are reported; senders take turns unless named.
fn reports(messages: &[(&str, &str)]) -> usize {
    let detector = Detector::new();
    let mut chat = Conversation::new(&detector);
    let mut levels = messages.iter().map(|&(sender, text)| chat.push(Message::new(text).sender(sender)).level);
    levels.by_ref().filter(|&level| level == Level::Report).count()
}

#[test]
fn an_answer_is_read_with_its_question() {
    let talk = [("buyer", "ты в телеге? кину фото"), ("seller", "да, dom_i_sad_77")];
    assert!(reports(&talk) >= 1);
    // Figures answer questions too.
    let talk = [("supplier", "1.150 W bij 230 V, 5 A"), ("buyer", "mijn groep heeft 16 A dus dat gaat")];
    assert_eq!(reports(&talk), 0);
}

#[test]
fn what_is_asked_for_the_parcel_is_answered() {
    let talk = [("supplier", "您好，快递退回来了，说电话空号"), ("buyer", "啊我写错一位，是13200004417")];
    assert_eq!(reports(&talk), 0);
    // The price of delivery asks for no number.
    let talk = [
        ("buyer", "А с доставкой до Шатуры сколько?"),
        ("supplier", "Записывайте мой номер: 8 916"),
        ("supplier", "555"),
        ("supplier", "01 99"),
    ];
    assert_eq!(reports(&talk), 1);
}

#[test]
fn who_tells_of_another_goes_on_to_tell() {
    let telling = [
        ("buyer", "did you message me from another account called yarnbarn_deals?"),
        ("supplier", "No. What did they want?"),
        ("buyer", "for me to pay by gift card and chat on Telegram"),
    ];
    assert_eq!(reports(&telling), 0);
    // The other side is not exempt.
    let invited = [("buyer", "the last seller asked me for my WhatsApp"), ("supplier", "add me on WhatsApp then")];
    assert_eq!(reports(&invited), 1);
}
