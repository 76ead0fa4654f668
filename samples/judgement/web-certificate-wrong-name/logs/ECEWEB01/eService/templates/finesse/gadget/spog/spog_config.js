var web_server_protocol = "https";
var web_server_name = "eceweb01.lab.example";
