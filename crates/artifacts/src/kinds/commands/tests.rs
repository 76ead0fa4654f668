//! Outputs of commands: whole, cut, quoted in a mail, in another language, and several in one file.

use super::*;
use crate::tests::{read, sample};

fn outputs(name: &str, bytes: &[u8]) -> CommandOutputs {
    match read(name, bytes) {
        Ok(Artifact::Commands(outputs)) => outputs,
        other => panic!("{name}: {other:?}"),
    }
}

fn only(name: &str) -> CommandOutput {
    let mut read = outputs(name, sample(name));
    assert_eq!((read.outputs.len(), read.unread.len()), (1, 0), "{name}: {read:?}");
    read.outputs.remove(0)
}

fn states(content: &CommandContent) -> Vec<(&str, Option<&str>, ServiceState)> {
    let CommandContent::Services(list) = content else { panic!("{content:?}") };
    list.services.iter().map(|one| (one.name.as_str(), one.display_name.as_deref(), one.state)).collect()
}

#[test]
fn services_of_sc() {
    let output = only("sc-query.txt");
    assert_eq!((output.command, output.line, output.is_cut), ("sc query", 2, false));
    assert_eq!(
        states(&output.content),
        [
            ("CiscoService", Some("Cisco Service"), ServiceState::Stopped),
            ("Winmgmt", Some("Windows Management Instrumentation"), ServiceState::Running)
        ]
    );
}

/// A mail quotes it, takes the spaces, and cuts it.
#[test]
fn services_in_a_mail() {
    let text = String::from_utf8(sample("sc-query.txt").to_vec()).expect("ASCII");
    let quoted: Vec<String> = text.lines().map(|line| format!("> {}\r\n", line.trim())).collect();
    let quoted = quoted.concat();
    let mail = format!("Hello,\r\nthis is what you asked for:\r\n\r\n> C:\\>sc query\r\n{quoted}");
    let read = outputs("mail.txt", mail.as_bytes());
    assert_eq!(states(&read.outputs[0].content).len(), 2);

    let cut = text.find("STATE              : 4").expect("the second state");
    let read = outputs("cut.txt", &text.as_bytes()[..cut]);
    assert_eq!(states(&read.outputs[0].content).len(), 1);
    assert!(read.outputs[0].is_cut);
    assert_eq!(read.unread, ["the output of sc query in line 2 breaks off"]);
}

/// The labels are translated, the constants are not.
#[test]
fn services_in_another_language() {
    let text = "\r\nNOMBRE_SERVICIO: W3SVC\r\nNOMBRE_MOSTRAR : Servicio de publicaci\u{f3}n\r\n        TIPO               : 20  WIN32_SHARE_PROCESS\r\n        \
                ESTADO             : 1  STOPPED\r\n        C\u{d3}D_SALIDA_WIN32 : 0  (0x0)\r\n";
    let read = outputs("out.txt", text.as_bytes());
    assert_eq!(read.outputs[0].content, read.outputs[0].content);
    assert_eq!(states(&read.outputs[0].content)[0].2, ServiceState::Stopped);
    assert_eq!(states(&read.outputs[0].content)[0].0, "W3SVC");
}

#[test]
fn services_of_powershell() {
    let output = only("get-service.txt");
    let states = states(&output.content);
    assert_eq!(states.len(), 4);
    assert_eq!(states[1], ("CiscoService", Some("Cisco Service"), ServiceState::Running));
    assert_eq!(states[2].2, ServiceState::Stopped);

    let list = "\r\nName                : MSSQLSERVER\r\nDisplayName         : SQL Server (MSSQLSERVER)\r\nStatus              : Stopped\r\n\
                StartType           : Automatic\r\n\r\n";
    let read = outputs("sql.txt", list.as_bytes());
    let CommandContent::Services(services) = &read.outputs[0].content else { panic!("services") };
    assert_eq!(services.services[0].start, Some(StartMode::Automatic));

    let csv = "#TYPE System.ServiceProcess.ServiceController\r\n\"Name\",\"DisplayName\",\"Status\"\r\n\"W3SVC\",\"World Wide Web Publishing Service\",\"Stopped\"\r\n";
    let read = outputs("services.csv", csv.as_bytes());
    assert_eq!(states_of(&read), [ServiceState::Stopped]);

    let typed = "[ECESVC02]: PS C:\\> Get-Service -Name CiscoService\r\n\r\nStatus   Name               DisplayName\r\n------   ----               -----------\r\nStopped  CiscoService       Cisco Service\r\n";
    let read = outputs("x.log", typed.as_bytes());
    assert_eq!(read.host(), Some("ECESVC02"));
    let remote = "PS C:\\> Get-Service -ComputerName ECESVC03 -Name CiscoService\r\n\r\nStatus   Name               DisplayName\r\n------   ----               -----------\r\nStopped  CiscoService       Cisco Service\r\n";
    assert_eq!(outputs("x.log", remote.as_bytes()).host(), Some("ECESVC03"));
}

fn states_of(read: &CommandOutputs) -> Vec<ServiceState> {
    states(&read.outputs[0].content).into_iter().map(|(.., state)| state).collect()
}

#[test]
fn services_of_net_start() {
    let list = |end: &str| {
        format!(
            "These Windows services are started:\r\n\r\n   Application Information\r\n   Cisco Service\r\n\r\n{end}"
        )
    };
    let whole = outputs("n.txt", list("The command completed successfully.\r\n").as_bytes());
    let CommandContent::Services(services) = &whole.outputs[0].content else { panic!("services") };
    assert!(services.has_all_running && services.services.len() == 2 && whole.unread.is_empty());
    let cut = outputs("n.txt", list("").as_bytes());
    let CommandContent::Services(services) = &cut.outputs[0].content else { panic!("services") };
    assert!(!services.has_all_running && cut.outputs[0].is_cut);
    // in another language the typed command shows what it is
    let french = "C:\\>net start\r\nLes services Windows suivants ont d\u{e9}marr\u{e9} :\r\n\r\n   Cisco Service\r\n\r\nLa commande s'est termin\u{e9}e correctement.\r\n\r\n";
    assert_eq!(states_of(&outputs("n.txt", french.as_bytes())), [ServiceState::Running]);
}

#[test]
fn processes() {
    for (name, java, all) in [("tasklist.txt", 12, 16), ("tasklist.csv", 4, 7)] {
        let output = only(name);
        let CommandContent::Processes(list) = &output.content else { panic!("{output:?}") };
        assert_eq!(
            (list.count("java.exe"), list.processes.len(), list.is_filtered),
            (java, all, false),
            "{name}"
        );
        assert_eq!(output.host, None, "{name}: the output does not name its server");
    }
    let list = "\r\nImage Name:   java.exe\r\nPID:          4711\r\nSession Name: Services\r\nSession#:     0\r\nMem Usage:    512,000 K\r\n\r\n";
    let read = outputs("t.txt", list.repeat(3).as_bytes());
    let CommandContent::Processes(list) = &read.outputs[0].content else { panic!("processes") };
    assert_eq!((list.count("java.exe"), list.is_filtered), (3, true));
    // a mail wraps the last column
    let wrapped =
        String::from_utf8(sample("tasklist.txt").to_vec()).expect("ASCII").replace(" K\r\n", "\r\n K\r\n");
    let read = outputs("t.txt", wrapped.as_bytes());
    let CommandContent::Processes(list) = &read.outputs[0].content else { panic!("processes") };
    assert_eq!(list.count("java.exe"), 12);
}

#[test]
fn processes_and_services_of_other_tools() {
    let table = "\r\nHandles  NPM(K)    PM(K)      WS(K)     CPU(s)     Id  SI ProcessName\r\n\
                 -------  ------    -----      -----     ------     --  -- -----------\r\n\
                 \u{20}   612      45  1234567    1300000      12.50   4711   0 java\r\n\
                 \u{20}   612      45  1234567    1300000      12.50  14712   0 java\r\n\
                 \u{20}   112       8     4567      13000       2.50    900   0 svchost\r\n\r\n";
    let read = outputs("p.txt", table.as_bytes());
    let CommandContent::Processes(list) = &read.outputs[0].content else { panic!("processes") };
    let pids: Vec<u32> = list.processes.iter().map(|process| process.pid).collect();
    assert_eq!((list.count("java.exe"), pids), (2, vec![4711, 14712, 900]));

    let wmic = "DisplayName                        Name          StartMode  State    \r\r\n\
                Cisco Service                      CiscoService  Auto       Stopped  \r\r\n\
                World Wide Web Publishing Service  W3SVC         Auto       Running  \r\r\n\r\r\n";
    let read = outputs("wmic.txt", wmic.as_bytes());
    assert_eq!(
        states(&read.outputs[0].content),
        [
            ("CiscoService", Some("Cisco Service"), ServiceState::Stopped),
            ("W3SVC", Some("World Wide Web Publishing Service"), ServiceState::Running)
        ]
    );
}

#[test]
fn certificates_that_are_bound() {
    let output = only("netsh-sslcert-de.txt");
    let CommandContent::TlsBindings(bindings) = &output.content else { panic!("{output:?}") };
    let seen: Vec<_> =
        bindings.iter().map(|one| (one.address.as_str(), one.port, one.by_name, one.line)).collect();
    assert_eq!(seen, [("0.0.0.0", 443, false, 5), ("eceweb01.lab.example", 443, true, 11)]);
    assert_eq!(bindings[0].certificate_hash, "40db5bb1bf5659a155258d1d82c530fcb8996a03");
}

#[test]
fn a_console_with_several_commands() {
    let read = outputs("console.txt", sample("console.txt"));
    let commands: Vec<&str> = read.outputs.iter().map(|output| output.command).collect();
    assert_eq!(
        commands,
        ["appcmd list site", "w32tm /query /status", "w32tm /stripchart", "netstat -ano", "tzutil /g"]
    );
    assert_eq!(read.unread, [""; 0]);
    assert_eq!(read.host(), Some("ECEWEB01"));
    let CommandContent::Sites(sites) = &read.outputs[0].content else { panic!("sites") };
    assert_eq!((sites.len(), sites[1].host.as_str(), sites[1].port), (3, "eceweb01.lab.example", Some(443)));
    let CommandContent::Clock(status) = &read.outputs[1].content else { panic!("status") };
    assert_eq!((status.is_free_running, status.from.as_deref()), (Some(true), Some("Local CMOS Clock")));
    let CommandContent::Clock(chart) = &read.outputs[2].content else { panic!("chart") };
    assert_eq!((chart.against.as_deref(), chart.samples), (Some("dc01.lab.example"), 2));
    assert_eq!(chart.ahead, Some(-412_031_234_500));
    let CommandContent::Ports(ports) = &read.outputs[3].content else { panic!("ports") };
    let listening: Vec<u16> = ports.listening.iter().map(|one| one.port).collect();
    assert_eq!((listening, ports.connections), (vec![80, 443, 443], 1));
    let CommandContent::System(system) = &read.outputs[4].content else { panic!("system") };
    assert_eq!(system.zone_name.as_deref(), Some("Eastern Standard Time"));
}

#[test]
fn a_german_server() {
    let output = only("systeminfo-de.txt");
    let CommandContent::System(system) = &output.content else { panic!("{output:?}") };
    assert_eq!(output.host.as_deref(), Some("ECEAPP01"));
    assert_eq!(system.started.as_deref(), Some("20.11.2026, 22:00:12"));
    assert!(
        system.zone_text.as_deref().is_some_and(|zone| zone.starts_with("(UTC+01:00) Amsterdam, Berlin"))
    );
    assert_eq!(system.addresses, ["192.0.2.20"]);
}

#[test]
fn an_appliance() {
    let read = outputs("appliance.txt", sample("appliance.txt"));
    assert_eq!((read.host(), read.outputs.len(), read.unread.len()), (Some("fin01"), 3, 0), "{read:?}");
    let of = |at: usize| match &read.outputs[at].content {
        CommandContent::Appliance(appliance) => appliance,
        other => panic!("{other:?}"),
    };
    assert_eq!(of(0).version.as_deref(), Some("12.5.1.11000-126"));
    assert_eq!(read.outputs[0].taken.as_deref(), Some("Sat Nov 21, 2026 13:12:47"));
    let cores = of(1).cores.as_deref().expect("cores");
    assert_eq!((cores.len(), cores[0].time.as_deref()), (1, Some("2026-11-20 09:22:50")));
    let services = of(2).services.as_deref().expect("services");
    let down: Vec<&str> = services
        .iter()
        .filter(|one| one.state != "STARTED" && !one.is_inactive)
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!((services.len(), down), (5, vec!["Cisco Finesse Tomcat"]));
    let none = outputs("core.txt", b"admin:utils core active list\r\n\r\nNo core files found\r\n");
    assert!(
        matches!(&none.outputs[0].content, CommandContent::Appliance(one) if one.cores.as_deref() == Some(&[]))
    );

    // the list and the stack of a crash in one file
    let text = "admin:utils core active list\nSize         Date            Core File Name\n\
        340196 KB   2016-01-25 13:27:10   core.4560.6.ccm.1453750027\n====================================\nbacktrace\n\
        ===================================\n0  0x0305f266 in raise () from /lib/libc.so.6\n\
        2  0x08436f8b in IntentionalAbort (reason=0xb03c678 \"blocked\") at ProcessCMProcMon.cpp:80\n\
        #3 0x0843704c in CMProcMon::monitorThread () at ProcessCMProcMon.cpp:530\n";
    let read = outputs("core.txt", text.as_bytes());
    assert_eq!((read.outputs.len(), read.outputs[1].line, read.unread.len()), (2, 4, 0));
    let CommandContent::Appliance(crash) = &read.outputs[1].content else { panic!("{read:?}") };
    assert_eq!(crash.reason.as_deref(), Some("blocked"));
    assert_eq!(crash.stack, ["raise", "IntentionalAbort", "CMProcMon::monitorThread"]);
}

/// What keytool prints of a certificate is what is read from its bytes.
#[test]
fn certificates_of_keytool() {
    let output = only("keytool-printcert.txt");
    let CommandContent::Certificates(printed) = &output.content else { panic!("{output:?}") };
    assert_eq!(printed.certificates, crate::tests::certificates("web.cer", sample("web.cer")).certificates);

    let Ok(Artifact::Truststore(store)) = read("trusted.jks", sample("trusted.jks")) else {
        panic!("a store")
    };
    for name in ["keytool-list.txt", "keytool-list-rfc.txt"] {
        let output = only(name);
        let CommandContent::Truststore(listed) = &output.content else { panic!("{output:?}") };
        assert_eq!((listed.form, listed.entries.len(), output.is_cut), ("JKS", 2, false), "{name}");
        for own in &store.entries {
            // keytool sorts them
            let listed = listed.entries.iter().find(|listed| listed.alias == own.alias).expect("the entry");
            assert_eq!(listed.certificate, own.certificate, "{name}");
            assert!(listed.trusted && !listed.has_private_key);
        }
    }
    // cut in the second entry: what is missing is not known
    let text = sample("keytool-list.txt");
    let read = outputs("cut.txt", &text[..text.len() / 2 + 200]);
    assert!(read.outputs[0].is_cut, "{read:?}");
    let german = only("keytool-list-de.txt");
    let CommandContent::Truststore(listed) = &german.content else { panic!("{german:?}") };
    let entry = &listed.entries[0];
    assert!(
        entry.has_private_key && !entry.trusted && entry.chain.len() == 1 && !german.is_cut,
        "{listed:?}"
    );
    assert_eq!(entry.certificate.as_ref().and_then(|one| one.key_bits), Some(2048));
}

/// The short list has the fingerprints of the entries and no certificate, in any language.
#[test]
fn the_short_list_of_keytool_shows_fingerprints() {
    let Ok(Artifact::Truststore(store)) = read("trusted.jks", sample("trusted.jks")) else {
        panic!("a store")
    };
    for name in ["keytool-short.txt", "keytool-short-zh.txt"] {
        let output = only(name);
        let CommandContent::Truststore(listed) = &output.content else { panic!("{output:?}") };
        assert_eq!((listed.form, listed.entries.len(), output.is_cut), ("JKS", 2, false), "{name}");
        for own in &store.entries {
            let certificate = own.certificate.as_ref().expect("a certificate");
            let listed = listed.entries.iter().find(|listed| listed.alias == own.alias).expect("the entry");
            assert!(listed.trusted && listed.is_fingerprint_only());
            assert_eq!(listed.holds(certificate), Some(true), "{name}");
        }
        let certificate = |at: usize| store.entries[at].certificate.as_ref().expect("a certificate");
        let other = listed.entries.iter().find(|one| one.alias == store.entries[0].alias).expect("the entry");
        assert_eq!(other.holds(certificate(1)), Some(false), "an alias proves nothing");
    }
}

/// Dates and labels of other languages and versions; SHA-1 up to Java 8.
#[test]
fn short_lists_of_keytool_in_other_languages() {
    let print = "74:55:B6:B0:8B:25:37:19:B6:69:03:6F:76:B4:C3:09:E5:01:92:5A";
    for (head, entry, label) in [
        (
            "Keystore type: jks\nKeystore provider: SUN\n\nYour keystore contains 1 entry\n\n",
            "web, Aug 25, 2016, ",
            "Certificate fingerprint (SHA1): ",
        ),
        (
            "Keystore-Typ: JKS\nKeystore-Provider: SUN\n\nKeystore enth\u{e4}lt 1 Eintrag\n\n",
            "web, 24.05.2017, ",
            "Zertifikat-Fingerprint (SHA1): ",
        ),
        (
            "Type de fichier de cl\u{e9}s : JKS\nFournisseur de fichier de cl\u{e9}s : SUN\n\nVotre fichier de cl\u{e9}s d'acc\u{e8}s contient 1 entr\u{e9}e\n\n",
            "web, 29 mai 2024, ",
            "Empreinte du certificat (SHA1) : ",
        ),
        (
            "\u{30ad}\u{30fc}\u{30b9}\u{30c8}\u{30a2}\u{306e}\u{30bf}\u{30a4}\u{30d7}: JKS\n\u{30ad}\u{30fc}\u{30b9}\u{30c8}\u{30a2}\u{30fb}\u{30d7}\u{30ed}\u{30d0}\u{30a4}\u{30c0}: SUN\n\n\u{30ad}\u{30fc}\u{30b9}\u{30c8}\u{30a2}\u{306b}\u{306f}1\u{30a8}\u{30f3}\u{30c8}\u{30ea}\u{304c}\u{542b}\u{307e}\u{308c}\u{307e}\u{3059}\n\n",
            "web,2011/10/05, ",
            "\u{8a3c}\u{660e}\u{66f8}\u{306e}\u{30d5}\u{30a3}\u{30f3}\u{30ac}\u{30d7}\u{30ea}\u{30f3}\u{30c8}(SHA1): ",
        ),
    ] {
        let text = format!("{head}{entry}trustedCertEntry, \n{label}{print}\n");
        let read = outputs("s.txt", text.as_bytes());
        let CommandContent::Truststore(store) = &read.outputs[0].content else { panic!("{read:?}") };
        let entry = &store.entries[0];
        assert_eq!((entry.alias.as_str(), read.outputs[0].is_cut), ("web", false), "{text}");
        let expected = print.replace(':', "").to_ascii_lowercase();
        assert_eq!(entry.fingerprint, Some(crate::CertificateFingerprint::Sha1(expected)), "{text}");
        // a mail wraps the long line
        let wrapped = text.replace(print, &format!("\n{print}"));
        assert!(!outputs("s.txt", wrapped.as_bytes()).outputs[0].is_cut, "{wrapped}");
    }
    // a fingerprint that is cut is none, and of a list that is cut nothing is missing for sure
    let short = "Keystore type: JKS\nKeystore provider: SUN\n\nYour keystore contains 1 entry\n\neceweb01, Nov 22, 2026, trustedCertEntry, \n\
                 Certificate fingerprint (SHA-256): 32:B8\n";
    assert!(outputs("s.txt", short.as_bytes()).outputs[0].is_cut);
    let more = short.replace("1 entry", "2 entries");
    assert!(outputs("s.txt", more.as_bytes()).outputs[0].is_cut);
}

fn listed(output: &CommandOutput) -> &CertificateList {
    let CommandContent::CertificateList(list) = &output.content else { panic!("{output:?}") };
    list
}

/// What a list shows of `web.cer` is what is read from its bytes.
#[test]
fn certificates_of_certutil() {
    let web = &crate::tests::certificates("web.cer", sample("web.cer")).certificates[0];
    for name in ["certutil-store.txt", "certutil-store-fr.txt", "certutil-dump.txt"] {
        let output = only(name);
        let one = &listed(&output).certificates[0];
        assert_eq!(one.subject.as_ref(), Some(&web.subject), "{name}");
        assert_eq!(one.issuer.as_ref(), Some(&web.issuer), "{name}");
        assert_eq!(one.common_name, web.common_name, "{name}");
        assert_eq!(one.serial.as_ref(), Some(&web.serial), "{name}");
        assert_eq!(one.thumbprint.as_ref(), Some(&web.thumbprint), "{name}");
        for (printed, real) in [(&one.not_before, web.not_before), (&one.not_after, web.not_after)] {
            let printed = printed.as_ref().expect("a date");
            assert!(printed.earliest <= real && real <= printed.latest, "{name}: {printed:?} {real}");
            assert!(printed.latest - printed.earliest < 3 * 86_400_000_000_000, "{name}: {printed:?}");
        }
    }
    let store = only("certutil-store.txt");
    let list = listed(&store);
    let keys: Vec<ListedKey> = list.certificates.iter().map(|one| one.key).collect();
    assert_eq!(keys, [ListedKey::Named, ListedKey::Absent, ListedKey::Missing]);
    assert_eq!((list.store.as_deref(), list.certificates[0].is_exportable), (Some("My"), Some(false)));
    assert_eq!((list.certificates[1].line, list.certificates[2].subject.as_deref()), (19, Some("")));
    assert_eq!(list.certificates[0].dns_names, None, "not shown is not the same as none");
    let dump = only("certutil-dump.txt");
    let one = &listed(&dump).certificates[0];
    assert_eq!(one.dns_names.as_deref(), Some(&web.dns_names[..]));
    assert_eq!((one.fingerprint.as_ref(), one.key), (Some(&web.fingerprint), ListedKey::NotShown));
    // cut in the third certificate
    let text = sample("certutil-store.txt");
    let cut = outputs("cut.txt", &text[..text.len() - 350]);
    assert_eq!((listed(&cut.outputs[0]).certificates.len(), cut.outputs[0].is_cut), (2, true));
}

/// Labels of other languages, and the code of a certificate that is not there.
#[test]
fn certutil_in_other_languages() {
    let german = "C:\\>certutil -store My\r\nMy \"Eigene Zertifikate\"\r\n================ Zertifikat 14 ================\r\nSeriennummer: 1a2b3c4d5e\r\n\
                  Aussteller: CN=Test Root CA\r\n Nicht vor: 01.02.2026 01:00\r\n Nicht nach: 01.02.2027 01:00\r\nAntragsteller: CN=www.lab.example\r\n\
                  Kein Stammzertifikat\r\nVorlage: WebServer\r\nZertifikathash(sha1): aabbccddeeff00112233445566778899aabbccdd\r\n\
                  \u{20} Schl\u{fc}sselcontainer = job-1-abcd1234\r\n  Anbieter = Microsoft Software Key Storage Provider\r\n\
                  Der private Schl\u{fc}ssel ist NICHT exportierbar\r\nVerschl\u{fc}sselungstest wurde durchgef\u{fc}hrt\r\n\
                  CertUtil: -store-Befehl wurde erfolgreich ausgef\u{fc}hrt.\r\n";
    let read = outputs("c.txt", german.as_bytes());
    let one = &listed(&read.outputs[0]).certificates[0];
    assert_eq!(
        (one.common_name.as_deref(), one.key, one.is_exportable),
        (Some("www.lab.example"), ListedKey::Named, Some(false))
    );
    let chinese = "Root\n================ \u{8bc1}\u{4e66} 2 ================\n\u{5e8f}\u{5217}\u{53f7}: 0100000000000000000000000000000000\n\
                   \u{9881}\u{53d1}\u{8005}: CN=Lab, C=CN\n NotBefore: 2022-11-04 15:05\n NotAfter: 2122-10-11 15:05\n\
                   \u{4f7f}\u{7528}\u{8005}: CN=Lab, C=CN\n \"\"\n\n\u{8bc1}\u{4e66}\u{54c8}\u{5e0c}(sha1): d70cd039051f77c30673b8209fc15efa650ed52c\n\n\
                   CertUtil: -store \u{547d}\u{4ee4}\u{6210}\u{529f}\u{5b8c}\u{6210}\u{3002}\n";
    let read = outputs("c.txt", chinese.as_bytes());
    let list = listed(&read.outputs[0]);
    assert_eq!(
        (list.store.as_deref(), list.certificates[0].issuer.as_deref()),
        (Some("Root"), Some("CN=Lab,C=CN"))
    );
    // a .pfx: the nesting level has a line of the same form
    let nested = "================ \u{8bc1}\u{4e66} 0 ================\n================ \u{5f00}\u{59cb}\u{5d4c}\u{5957}\u{7b49}\u{7ea7} 1 ================\n\
                  \u{5143}\u{7d20} 0:\n\u{5e8f}\u{5217}\u{53f7}: 6c8f1dc727c7117f7baf853ac980f9cd\n\u{9881}\u{53d1}\u{8005}: CN=Root X1, C=US\n\
                  \u{4f7f}\u{7528}\u{8005}: CN=Root X2, C=US\n\u{8bc1}\u{4e66}\u{54c8}\u{5e0c}(sha1): 3c34e356c7fc17f5acf04824bc587c6c623951a2\n\
                  ---------------- \u{7ed3}\u{675f} 1 ----------------\n  \u{63d0}\u{4f9b}\u{7a0b}\u{5e8f} = Microsoft Enhanced Cryptographic Provider v1.0\n\
                  CertUtil: -dump \u{547d}\u{4ee4}\n";
    let read = outputs("pfx.txt", nested.as_bytes());
    let one = &listed(&read.outputs[0]).certificates[0];
    assert_eq!((one.common_name.as_deref(), one.key), (Some("Root X2"), ListedKey::Named));
    assert!(one.not_after.is_none() && !read.outputs[0].is_cut);
    let none = "C:\\>certutil -store My 40db5bb1bf5659a155258d1d82c530fcb8996a03\r\nMy \"Personal\"\r\n\
                CertUtil: -store command FAILED: 0x80092004 (-2146885628 CRYPT_E_NOT_FOUND)\r\nCertUtil: Cannot find object or property.\r\n";
    let read = outputs("c.txt", none.as_bytes());
    let list = listed(&read.outputs[0]);
    assert_eq!((list.failed.as_deref(), list.certificates.len()), (Some("0x80092004"), 0));
    // the order of 3/4/2026 is decided by another date of the output, or stays open
    let date = |after: &str| {
        let text = german.replace("01.02.2026", "3/4/2026").replace("01.02.2027", after);
        let read = outputs("c.txt", text.as_bytes());
        let date = listed(&read.outputs[0]).certificates[0].not_before.clone().expect("a date");
        (date.latest - date.earliest) / 86_400_000_000_000
    };
    assert_eq!((date("24/4/2027"), date("4/24/2027"), date("4/4/2027")), (2, 2, 32));
}

/// The text of OpenSSL shows the whole certificate.
#[test]
fn certificates_of_openssl() {
    let mut web = crate::tests::certificates("web.cer", sample("web.cer")).certificates.remove(0);
    let output = only("openssl-text.txt");
    let CommandContent::Certificates(printed) = &output.content else { panic!("{output:?}") };
    let fields = only("openssl-fields.txt");
    let one = &listed(&fields).certificates[0];
    assert_eq!(one.fingerprint.as_ref(), Some(&web.fingerprint));
    assert_eq!(one.dns_names.as_deref(), Some(&web.dns_names[..]));
    assert_eq!((one.subject.as_ref(), one.serial.as_ref()), (Some(&web.subject), Some(&web.serial)));
    assert_eq!(
        one.not_after.as_ref().map(|date| (date.earliest, date.latest)),
        Some((web.not_after, web.not_after))
    );
    assert!(printed.certificates[0].is_same(&web));
    (web.fingerprint, web.thumbprint) = (String::new(), String::new());
    assert_eq!(printed.certificates, [web]);

    // other versions, two certificates, the fingerprint below
    let text = String::from_utf8(sample("openssl-text.txt").to_vec()).expect("ASCII");
    let older = text
        .replace("C = US, O = \"Lab, Inc.\", OU = PKI, CN = Lab", "C=US, O=Lab\\, Inc., OU=PKI, CN=Lab")
        .replace("Public-Key: (", "RSA Public-Key: (")
        .replace("                EF:B3", "                keyid:EF:B3");
    let print = "SHA1 Fingerprint=38:45:54:F8:9A:A6:76:7A:83:74:A1:9B:56:77:77:02:4F:32:33:9D\n";
    let read = outputs("two.txt", format!("$ openssl x509 -text\n{older}{print}{text}").as_bytes());
    let CommandContent::Certificates(two) = &read.outputs[0].content else { panic!("{read:?}") };
    assert_eq!((two.certificates.len(), read.outputs[0].is_cut), (2, false));
    assert!(
        two.certificates[0].thumbprint.starts_with("384554f8")
            && two.certificates[0].is_same(&two.certificates[1])
    );
    assert_eq!(two.certificates[0].key_bits, Some(2048));
    // without its end the extensions are not all known
    let cut = outputs("cut.txt", &text.as_bytes()[..text.find("X509v3 Basic").expect("an extension")]);
    assert!(
        cut.outputs[0].is_cut
            && matches!(&cut.outputs[0].content, CommandContent::Certificates(one) if one.certificates.is_empty())
    );
    // names alone, as `openssl pkcs7 -print_certs -noout` writes them, old and new
    let names = "subject=/C=US/O=Lab, Inc./CN=eceweb01.lab.example\nissuer=/C=US/CN=Lab Issuing CA 1\n\nsubject=C = US, CN = Lab Issuing CA 1\nissuer=DC = example, CN = Lab Root CA\n\n";
    let read = outputs("n.txt", names.as_bytes());
    let subjects: Vec<_> =
        listed(&read.outputs[0]).certificates.iter().map(|one| one.subject.as_deref()).collect();
    assert_eq!(
        subjects,
        [Some("CN=eceweb01.lab.example,O=Lab\\, Inc.,C=US"), Some("CN=Lab Issuing CA 1,C=US")]
    );
}

#[test]
fn updates_and_what_was_tried_by_hand() {
    let read = outputs("get-hotfix.txt", sample("get-hotfix.txt"));
    let commands: Vec<&str> = read.outputs.iter().map(|output| output.command).collect();
    assert_eq!(commands, ["Get-HotFix", "Test-NetConnection", "nslookup", "nslookup"]);
    assert_eq!((read.host(), &read.unread[..]), (Some("ECEAPP01"), &[][..]));
    let CommandContent::Updates(updates) = &read.outputs[0].content else { panic!("updates") };
    let seen: Vec<_> = updates.iter().map(|one| (one.id.as_str(), one.installed.as_deref())).collect();
    assert_eq!(
        seen,
        [
            ("KB4495590", Some("5/16/2019")),
            ("KB5031361", Some("10/11/2026")),
            ("KB5000736", Some("3/11/2021"))
        ]
    );
    let CommandContent::Connections(tests) = &read.outputs[1].content else { panic!("tests") };
    let test = &tests[0];
    assert_eq!((test.computer.as_str(), test.port, test.has_succeeded), ("dc01.lab.example", 3269, false));
    let lookup = |at: usize| match &read.outputs[at].content {
        CommandContent::Lookup(lookup) => lookup,
        other => panic!("{other:?}"),
    };
    assert_eq!((lookup(2).name.as_str(), lookup(2).addresses.len()), ("eceweb01.lab.example", 2));
    assert_eq!((lookup(3).name.as_str(), lookup(3).is_unknown), ("ecedb01.lab.example", true));
    assert_eq!(lookup(3).server.as_deref(), Some("UnKnown"));

    let wmic = "C:\\>wmic qfe list\r\nCaption                                     CSName        Description      FixComments  HotFixID   InstallDate  InstalledBy          InstalledOn  Name  ServicePackInEffect  Status  \r\r\n\
                http://support.microsoft.com/?kbid=4552931  ECEAPP02      Update                        KB4552931               NT AUTHORITY\\SYSTEM  5/26/2020                                       \r\r\n\
                http://support.microsoft.com/?kbid=4497727  ECEAPP02      Security Update               KB4497727                                    4/1/2019                                        \r\r\n\r\r\n";
    let read = outputs("qfe.txt", wmic.as_bytes());
    let CommandContent::Updates(updates) = &read.outputs[0].content else { panic!("{read:?}") };
    assert_eq!(
        (updates.len(), updates[1].installed.as_deref(), read.host()),
        (2, Some("4/1/2019"), Some("ECEAPP02"))
    );
    // the list of systeminfo, in any language
    let german = String::from_utf8_lossy(sample("systeminfo-de.txt")).replace(
        "Netzwerkkarte(n):",
        "Hotfix(es):                                    2 Hotfix(e) installiert.\r\n                                               [01]: KB4532947\r\n                                               [02]: KB4464455\r\nNetzwerkkarte(n):",
    );
    let read = outputs("s.txt", german.as_bytes());
    let CommandContent::System(system) = &read.outputs[0].content else { panic!("{read:?}") };
    let updates: Vec<&str> = system.updates.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(updates, ["KB4532947", "KB4464455"]);
    // German labels; two answers, and none
    let german = "C:\\>nslookup web01\r\nServer:  dc01.lab.example\r\nAddress:  192.0.2.5\r\n\r\nNicht autorisierende Antwort:\r\nName:    web01.lab.example\r\nAddress:  192.0.2.7\r\n\r\nC:\\>nslookup db\r\n\
                  Server:  dc01.lab.example\r\nAddress:  192.0.2.5\r\n\r\n*** db wurde von dc01.lab.example nicht gefunden: Non-existent domain.\r\n";
    let read = outputs("n.txt", german.as_bytes());
    assert_eq!(read.outputs.len(), 2, "{read:?}");
    assert!(
        matches!(&read.outputs[0].content, CommandContent::Lookup(one) if one.name == "web01.lab.example" && one.addresses == ["192.0.2.7"])
    );
    assert!(
        matches!(&read.outputs[1].content, CommandContent::Lookup(one) if one.name == "db" && one.is_unknown)
    );
}

/// A sample with other line ends, in UTF-16, below a typed command and in a mail shows the same.
#[test]
fn forms_of_a_saved_output() {
    for (name, bytes) in crate::tests::SAMPLES {
        let Ok(Artifact::Commands(own)) = read_with_all(name, bytes) else { continue };
        let (text, _) = crate::bytes::text(bytes);
        let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let crlf = plain.replace('\n', "\r\n");
        let utf16 = |text: &str| -> Vec<u8> {
            std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        let forms = [
            plain.clone().into_bytes(),
            crlf.clone().into_bytes(),
            utf16(&crlf),
            [b"\xef\xbb\xbf", crlf.as_bytes()].concat(),
            plain.lines().map(|line| format!("> {line}\r\n")).collect::<Vec<_>>().concat().into_bytes(),
        ];
        for form in forms {
            let Ok(Artifact::Commands(read)) = read_with_all(name, &form) else {
                panic!("{name}: another kind")
            };
            let kinds = |file: &CommandOutputs| -> Vec<(&str, bool)> {
                file.outputs.iter().map(|output| (output.command, output.is_cut)).collect()
            };
            assert_eq!(kinds(&read), kinds(&own), "{name}");
        }
        // with the prompt of PowerShell above
        let typed = format!("PS C:\\> {}\r\n{crlf}", own.outputs[0].command);
        let Ok(Artifact::Commands(read)) = read_with_all(name, typed.as_bytes()) else { panic!("{name}") };
        assert!(read.outputs.len() >= own.outputs.len(), "{name}");
    }
}

fn read_with_all(name: &str, bytes: &[u8]) -> Result<Artifact, String> {
    let reader = crate::reader_of(name, &bytes[..bytes.len().min(64 << 10)]).ok_or_else(String::new)?;
    reader.read(bytes, &[], &mut Rounds::of_run())
}

#[test]
fn a_log_with_an_output_stays_a_log() {
    let output = String::from_utf8(sample("sc-query.txt").to_vec()).expect("ASCII");
    let line = |minute: usize| {
        format!("2026-11-21 13:{minute:02}:00,000 INFO [main] something happened to service X\r\n")
    };
    let log = (0..50).map(line).collect::<Vec<String>>().concat();
    for text in [
        format!("{log}{output}{log}"),
        format!("{output}{log}"),
        log.clone(),
        "Status report\r\n------\r\nall is well\r\n".to_owned(),
        "Name : x\r\n".to_owned(),
        "C:\\>dir\r\n Volume in drive C\r\n Directory of C:\\\r\n".to_owned(),
        "{\"a\": 1}".to_owned(),
        "[STARTED]\r\n[STOPPED]\r\n".to_owned(),
    ] {
        assert!(crate::reader_of("out.txt", text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn a_short_log_is_no_list_of_services() {
    let log = b"2026-06-12 19:38:34 [INFO ](com.example.Config) one\n2026-06-12 19:39:50 [WARNING](com.example.Config) two\n";
    assert!(!CommandFiles.recognises("x.log", log));
    assert!(
        CommandFiles
            .recognises("x.log", b"Cisco Tomcat[STARTED]\nCisco DB[STOPPED]  Commanded Out of Service\n")
    );
}
