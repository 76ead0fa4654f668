var web_server_protocol = "https";
var web_server_name = "eceweb02.lab.example";
