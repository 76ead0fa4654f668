/* settings of the gadget
   var no = "comment"; */
var web_server_protocol = "https"; // or "http"
var web_server_name = 'eceweb01.lab.example';

// var web_server_name = "old"
