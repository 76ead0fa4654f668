//! What is masked, what stays, and what holds of every shape.

use super::shape;
use proptest::prelude::*;

fn of(text: &str) -> String {
    let mut out = Vec::new();
    shape(text.as_bytes(), &mut out);
    String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
}

#[test]
fn what_differs_is_masked() {
    for (text, expected) in [
        ("  took 1,234.5 ms,\tnot  -10ms\r\nat x", "took # ms, not #ms"),
        ("from 10.1.2.3:8080 to [fe80::1c2d:3e4f]:443, ::1", "from # to [#]:#, #"),
        ("::1: refused, 2001:db8::ff00:42:8329 00:1a:2b:3c:4d:5e std::a", "#: refused, # # std::a"),
        ("2024-05-01T12:00:00.123+02:00 2024-05-01 12:00:00,123Z GMT-0400", "#+# # #Z GMT-#"),
        ("[10/Oct/2024:13:55:36 +0200] 01-May-2024 05/01/24", "[# +#] # #"),
        (
            "NotAfter: Tue May  1 10:00:00 CEST 2024; Tue, 01 May 2024 10:00:00 GMT",
            "NotAfter: # # # # CEST #; #, # # # # GMT",
        ),
        ("com.egain.Foo@1a2b3c and [Ljava.lang.Object;@7f", "com.egain.Foo@# and [Ljava.lang.Object;@#"),
        ("http-nio-8080-exec-3 Thread-12 pool-2-thread-17", "http-nio-#-exec-# Thread-# pool-#-thread-#"),
        ("com.sun.proxy.$Proxy12 A$$Lambda$34/0x0000000840066c40", "com.sun.proxy.$Proxy# A$$Lambda$#/#"),
        ("{123e4567-e89b-12d3-a456-426614174000} A1B2C3 9F3CDE21", "{#} # #"),
        ("JSESSIONID=Xk3jf82Qp; tid=0x00007f8a3c001000 nid=0x1f", "JSESSIONID=#; tid=# nid=#"),
        ("user 'bob4711x9' of \"case 1234\" at a\\b12.txt", "user '#' of \"case #\" at a\\b12.txt"),
        (
            "Http11Processor log4j dc01 worker12 第12行 x86_64 $Proxy7",
            "Http#Processor log4j dc01 worker# 第#行 x86_# $Proxy#",
        ),
        ("deadline of facade, decade; May be 5 of Sun", "deadline of facade, decade; May be # of Sun"),
    ] {
        assert_eq!(of(text), expected);
    }
}

#[test]
fn what_is_the_meaning_stays() {
    for text in [
        "ORA-00942: table, WFLYCTL0013: failed, MSIS7102 and SQL0803N",
        "Event ID 36874, EventID=4625, event_id: 5",
        "status=503 \"status\":\"404\" statusCode: 500 <ErrorCode>49</ErrorCode> HTTP Error 404.13 - x",
        "Error: 18456, State: 38. errorCode=-2146233088 reason (5) errno 111",
        "SQLState: 08S01 SQLSTATE=HY000 sub status 0xC000006D 0x80090328 substatus: 0x0",
        "TLSv1.2, TLS 1.3 and SSLv3 with SHA256",
        "GET HTTP/1.1\" 200 or HTTP/1.1 500 or HTTP 302",
    ] {
        assert_eq!(of(text), text);
    }
    let bind = "[LDAP: error code 49 - 80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e, v2580]";
    let expected =
        "[LDAP: error code 49 - #: LdapErr: DSID-#, comment: AcceptSecurityContext error, data 52e, v2580]";
    assert_eq!(of(bind), expected);
    assert_eq!(of(&bind.replace("52e", "775")), expected.replace("52e", "775"));
    assert_eq!(
        of("error 10.1.2.3, status 12:30:01, state=af0ifjsldkj2x, code 2024-05-01, HTTP/1.1\" 200 5123"),
        "error #, status #, state=#, code #, HTTP/1.1\" 200 #"
    );
}

/// Pieces that stand against each other in every order: the rules meet at their borders.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &str = "1|12|345|code|error|http|HTTP|TLS|TLSv|data|Event|ID|May|Tue|T|Z|ORA|x|a|ab|f3|dead|beef|Proxy\
                          | |  |\t|\r|:|::|.|,|-|/|=|@|#|(|\"|_|$|é|52e|1a:2b:3c:4d:5e|01T12\
                          |deadbeef-e89b-12d3-a456-426614174000";
    let pieces: Vec<&str> = PIECES.split('|').collect();
    let byte = any::<u8>().prop_map(|byte| vec![byte]);
    let piece = prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec());
    prop::collection::vec(prop_oneof![9 => piece, 1 => byte], 0..24).prop_map(|pieces| pieces.concat())
}

fn shaped(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    shape(text, &mut out);
    out
}

proptest! {
    #[test]
    fn it_is_its_own_shape_and_no_longer(text in pieces()) {
        let once = shaped(&text);
        prop_assert!(once.len() <= text.len());
        let twice = shaped(&once);
        prop_assert_eq!(String::from_utf8_lossy(&twice), String::from_utf8_lossy(&once));
    }

    /// With all digits replaced, the shape differs in digits that stay, and nowhere else. Without 0: it makes `0x`.
    #[test]
    fn other_digits_make_the_same_shape(text in pieces(), add in 1..9u8) {
        let text: Vec<u8> = text.into_iter().map(|byte| if byte == b'0' { b'9' } else { byte }).collect();
        let digit = |to: &dyn Fn(u8) -> u8, text: &[u8]| -> Vec<u8> {
            text.iter().map(|byte| if byte.is_ascii_digit() { to(*byte) } else { *byte }).collect()
        };
        let other = digit(&|byte| b'1' + (byte - b'1' + add) % 9, &text);
        let (one, other) = (digit(&|_| b'0', &shaped(&text)), digit(&|_| b'0', &shaped(&other)));
        prop_assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&other));
    }
}
