// host and protocol with which agents and SPOG reach the ECE web server
var web_server_protocol = "https";
var web_server_name = "eceweb01.lab.example";
