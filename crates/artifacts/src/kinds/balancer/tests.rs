//! Settings of each product, and texts that are none.

use super::*;

fn settings(text: &str) -> BalancerSettings {
    assert!(Balancers.recognises("lb.txt", text.as_bytes()), "{text}");
    match Balancers.read(text.as_bytes(), &[], &mut Rounds::of_run()) {
        Ok(Artifact::Balancer(settings)) => settings,
        other => panic!("{other:?}"),
    }
}

fn seen(text: &str) -> Vec<(String, usize, Persistence, usize)> {
    let services = settings(text).services.into_iter();
    services.map(|one| (one.name, one.members.len(), one.persistence, one.line)).collect()
}

#[test]
fn haproxy_sections() {
    let text = "defaults\n  mode http\n\nfrontend f\n  bind :443\n  default_backend ece\n\nbackend ece\n  balance roundrobin\n  \
                cookie SRV insert indirect\n  server w1 192.0.2.10:443 ssl cookie w1\n  server w2 192.0.2.11:443 ssl cookie w2\n\n\
                backend other\n  balance leastconn # cookie\n  server a 192.0.2.20:80\n  server b 192.0.2.21:80\n";
    assert_eq!(
        seen(text),
        [("ece".to_owned(), 2, Persistence::Cookie, 8), ("other".to_owned(), 2, Persistence::Nothing, 14)]
    );
}

#[test]
fn nginx_blocks() {
    let text = "upstream ece {\n    ip_hash;\n    server eceweb01.lab.example:443;\n    server eceweb02.lab.example:443;\n}\n\
                upstream plain {\n    server 192.0.2.1;\n    server 192.0.2.2;\n}\nserver {\n  listen 443 ssl;\n  location / { proxy_pass https://ece; }\n}\n";
    assert_eq!(
        seen(text),
        [("ece".to_owned(), 2, Persistence::Source, 1), ("plain".to_owned(), 2, Persistence::Nothing, 6)]
    );
}

#[test]
fn netscaler_statements() {
    let text = "add lb vserver \"ECE Web\" SSL 192.0.2.5 443 -persistenceType COOKIEINSERT -timeout 0\r\n\
                add lb vserver plain SSL 192.0.2.6 443 -cltTimeout 180\r\nbind lb vserver \"ECE Web\" svc_web01\r\n\
                bind lb vserver \"ECE Web\" svc_web02\r\nbind lb vserver plain svc_1\r\nbind lb vserver plain svc_2\r\n";
    assert_eq!(
        seen(text),
        [("ECE Web".to_owned(), 2, Persistence::Cookie, 1), ("plain".to_owned(), 2, Persistence::Nothing, 2)]
    );
}

#[test]
fn big_ip_blocks() {
    let text = "ltm pool /Common/ece {\n    members {\n        /Common/eceweb01:443 {\n            address 192.0.2.10\n        }\n        \
                /Common/eceweb02:443 { }\n    }\n}\nltm virtual /Common/vs_ece {\n    destination /Common/192.0.2.5:443\n    persist {\n        \
                /Common/source_addr {\n            default yes\n        }\n    }\n    pool /Common/ece\n}\nltm virtual /Common/vs_b {\n    pool \
                /Common/ece\n}\n";
    assert_eq!(
        seen(text),
        [
            ("/Common/vs_ece".to_owned(), 2, Persistence::Source, 9),
            ("/Common/vs_b".to_owned(), 2, Persistence::Nothing, 18)
        ]
    );
}

#[test]
fn other_texts_are_none() {
    for text in [
        "2026-11-21 13:00:00 add lb vserver failed\nadd lb vserver x\n",
        "server started\nmode debug\n",
        "listen to this\nserver x\n",
        "backend is down\n",
    ] {
        assert!(!Balancers.recognises("x.txt", text.as_bytes()), "{text}");
    }
}
