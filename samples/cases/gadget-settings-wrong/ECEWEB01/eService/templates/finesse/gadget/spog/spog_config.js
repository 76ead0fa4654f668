// host and protocol with which agents and SPOG reach the ECE web server
var web_server_protocol = "http";
var nome_server_web = "eceweb01.lab.example";
