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

#[test]
fn the_short_list_of_keytool_shows_no_certificate() {
    let short = "Keystore type: JKS\nKeystore provider: SUN\n\nYour keystore contains 1 entry\n\neceweb01, Nov 22, 2026, trustedCertEntry, \n\
                 Certificate fingerprint (SHA-256): 32:B8\n";
    let read = outputs("s.txt", short.as_bytes());
    assert!(read.outputs[0].is_cut);
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
