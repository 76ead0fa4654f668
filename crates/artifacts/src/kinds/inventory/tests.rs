//! Tables that are inventories, and others.

use super::*;

const TABLE: &str = "Name,Machine Type,Host Name,User,Password,Application Instance\r\n\
                     web1,ECE_WEB_SERVER,ece.lab.example,pa,Secret1,\"Main_PS1_Multichannel\"\r\n\
                     \r\n\
                     data1,ECE_DATA_SERVER,\"a,b\",,,\r\n";

#[test]
fn an_inventory_is_read_without_its_passwords() {
    let reader = InventoryTables;
    assert!(reader.recognises("case/inventory.csv", TABLE.as_bytes()));
    let Ok(Artifact::Inventory(inventory)) = reader.read(TABLE.as_bytes(), &[], &mut Rounds::of_run()) else {
        panic!("an inventory")
    };
    assert_eq!(inventory.rows.len(), 2);
    let web = &inventory.rows[0];
    assert_eq!(
        (web.line, web.text.as_str()),
        (2, "web1,ECE_WEB_SERVER,ece.lab.example,pa,Main_PS1_Multichannel")
    );
    let instance: Vec<&str> = web.values(|column| column == "applicationinstance").collect();
    assert_eq!(instance, ["Main_PS1_Multichannel"]);
    assert_eq!(inventory.rows[1].line, 4);
    assert_eq!(inventory.rows[1].values(|column| column == "hostname").next(), Some("a,b"));
    assert!(!format!("{inventory:?}").contains("Secret1"));
}

/// Any name, tabulators, and passwords inside another column.
#[test]
fn a_table_of_another_name_and_form() {
    let table = "name\tmachineType\tpublicAddress\tpublicAddressServices\n\
                 web1\tECE_WEB_SERVER\tece.lab.example\ttype=ECE&userName=pa&password=Secret1&x=1\n";
    let reader = InventoryTables;
    assert!(reader.recognises("case/out.txt", table.as_bytes()));
    let Ok(Artifact::Inventory(inventory)) = reader.read(table.as_bytes(), &[], &mut Rounds::of_run()) else {
        panic!("an inventory")
    };
    assert_eq!(inventory.rows[0].text, "web1,ECE_WEB_SERVER,ece.lab.example,type=ECE&userName=pa&x=1");
}

#[test]
fn other_tables_are_none() {
    for (name, head) in [
        (
            "events.csv",
            "Level,Date and Time,Source,Event ID,Task Category\nError,21.11.2026,ECE Web Server,1,None\n",
        ),
        ("notes.txt", "Hello, this is the address, of the machine\nECE Web Server\n"),
        ("one.csv", "machineType\nECE_WEB_SERVER\n"),
        ("empty.csv", ""),
    ] {
        assert!(!InventoryTables.recognises(name, head.as_bytes()), "{name}");
    }
}
