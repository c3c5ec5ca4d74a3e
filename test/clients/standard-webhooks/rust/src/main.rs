//! Verifies the requests of the file that is named: v1 with the library, v1a with ed25519-dalek, which the library has not.
use base64::{engine::general_purpose::STANDARD, Engine};
use ed25519_dalek::{Signature, VerifyingKey};
use http::HeaderMap;
use standardwebhooks::Webhook;
use std::{collections::HashMap, env, fs};

fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text).expect("base64")
}

fn verify_hmac(given: &HashMap<&str, &str>) {
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", given["hmac.id"].parse().unwrap());
    headers.insert("webhook-timestamp", given["hmac.timestamp"].parse().unwrap());
    headers.insert("webhook-signature", given["hmac.signature"].parse().unwrap());
    let mut body = decode(given["hmac.body"]);
    let webhook = Webhook::new(given["secret"]).expect("the secret");
    webhook.verify(&body, &headers).expect("the signature of the secret");
    body.push(b' ');
    assert!(webhook.verify(&body, &headers).is_err(), "another body was verified with the secret");
}

fn verify_ed25519(given: &HashMap<&str, &str>) {
    let bytes = decode(given["public"].trim_start_matches("whpk_"));
    let key = VerifyingKey::from_bytes(&bytes.try_into().expect("32 bytes")).expect("a key");
    let is_genuine = |body: &str| {
        let content = format!("{}.{}.{}", given["ed25519.id"], given["ed25519.timestamp"], body);
        given["ed25519.signature"]
            .split(' ')
            .filter_map(|each| each.strip_prefix("v1a,"))
            .any(|each| {
                let signature = Signature::from_slice(&decode(each)).expect("64 bytes");
                key.verify_strict(content.as_bytes(), &signature).is_ok()
            })
    };
    let body = String::from_utf8(decode(given["ed25519.body"])).expect("UTF-8");
    assert!(is_genuine(&body));
    assert!(!is_genuine(&format!("{body} ")));
}

fn main() {
    let file = fs::read_to_string(env::args().nth(1).expect("a file")).expect("the file");
    let given: HashMap<&str, &str> = file.lines().filter_map(|line| line.split_once('=')).collect();
    verify_hmac(&given);
    verify_ed25519(&given);
    println!("verified");
}
