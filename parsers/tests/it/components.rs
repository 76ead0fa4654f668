//! Components: what lines of a shared format show about the program that wrote them.

use spoglight_parsers::formats;

fn component(format: &str, line: &str) -> Option<String> {
    let format = formats::by_name(format).expect(format);
    format.begin(line.as_bytes()).expect(line);
    let name = format.component(line.as_bytes())?;
    Some(String::from_utf8(name.to_vec()).expect("UTF-8"))
}

#[test]
fn a_facility_is_named_without_its_numbers() {
    let stamp = "Aug 22 2026 16:20:22.241 +0200";
    for (facility, name) in [
        ("CCBU___________CUIC-4-WARN", "CCBU___________CUIC"),
        ("CCBU_pool-21-thread-1-6-QUEUE_STATISTICS_REQUEST", "CCBU_pool"),
        ("CCBU_ajp-nio-127.0.0.1-8009-exec-1-3-GADGET_LOAD_FAILURE", "CCBU_ajp-nio"),
        ("CVP_8_5_ICM-1-LOGMSG_ICM_SS_STATE", "CVP"),
        ("ICM_Router_CallRouter-6-10500FF", "ICM_Router_CallRouter"),
        ("ICM_Router_ProcessSynchronization", "ICM_Router_ProcessSynchronization"),
        ("com.example.InventoryService-INFO", "com.example.InventoryService-INFO"),
    ] {
        for lead in ["", "0000000053: 10.48.47.142: ", "0000000053:: ", "<134>25: rtra: "] {
            let line = format!("{lead}{stamp}: %{facility}: [pname=rtr]: text %X-1-Y: more");
            assert_eq!(component("cisco-log", &line).as_deref(), Some(name), "{line}");
        }
    }
    assert_eq!(component("cisco-log", &format!("{stamp}: %8_5-1-X: text")), None);
}

#[test]
fn a_process_keeps_its_numbers() {
    assert_eq!(component("icm-trace", "12:42:34:878 pg2A-pim2 Trace: x").as_deref(), Some("pg2A-pim2"));
    assert_eq!(component("icm-trace", "00:37:44 ra-rtr MDS is in service.").as_deref(), Some("ra-rtr"));
}

#[test]
fn an_event_of_windows_names_its_provider_and_its_log() {
    let row = r#"Error,11/21/2026 4:26:07 PM,Service Control Manager,7031,None,"x, y""#;
    assert_eq!(component("windows-events", row).as_deref(), Some("Service Control Manager"));
    let text = formats::by_name("windows-events-text").expect("a format");
    let below = |line: &str| {
        text.component_below(line.as_bytes()).map(|name| String::from_utf8_lossy(name).into_owned())
    };
    assert_eq!(below("  Log Name: System").as_deref(), Some("System"));
    assert_eq!(below("ProviderName : Microsoft-Windows-WAS").as_deref(), Some("Microsoft-Windows-WAS"));
    assert_eq!(below("  Event ID: 7031"), None);
    assert_eq!(component("windows-events-text", "Event[12]:"), None);
}

#[test]
fn other_formats_name_none() {
    assert_eq!(component("tomcat-juli", "21-Nov-2026 16:25:22.658 INFO [main] a.B.c text").as_deref(), None);
}
